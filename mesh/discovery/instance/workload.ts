/** Workload name of the control plane: what its certificate must say. */
export const DISCOVERY = 'discovery';
