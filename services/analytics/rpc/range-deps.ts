/** What every figure of a time needs. */
export interface RangeDeps {
  /** @default the system's clock */
  readonly now?: () => Date;
}
