/** The contracts, or the settings that go with them, can't be turned into an edge. The message is one plain sentence with the way out. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}
