/** Where access tokens come from. */
export interface TokenProvider {
  /** The token for the next call; undefined for none. */
  accessToken(): Promise<string | undefined> | string | undefined;
  /** Called once when the shop does not believe a token any more; a new one, or undefined when there is none to be had. */
  refresh?(refused: string): Promise<string | undefined>;
}

/** What signing in answers, as far as it matters here. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/**
 * Keeps somebody signed in: hands out the access token and exchanges the refresh token for the next pair when the shop refuses it. A refresh
 * token is good once, so that calls that are refused at the same time share one exchange.
 */
export class SignedIn implements TokenProvider {
  #tokens: TokenPair;
  #renewal: Promise<string> | undefined;
  readonly #exchange: (request: { refreshToken: string }) => Promise<TokenPair>;

  /** @param exchange `shop.auth.refreshToken` of a client without tokens */
  constructor(tokens: TokenPair, exchange: (request: { refreshToken: string }) => Promise<TokenPair>) {
    this.#tokens = tokens;
    this.#exchange = exchange;
  }

  accessToken(): string {
    return this.#tokens.accessToken;
  }

  /** Throws ShopError INVALID_REFRESH_TOKEN when the session has ended. */
  async refresh(refused: string): Promise<string> {
    if (this.#renewal === undefined && refused !== this.#tokens.accessToken) return this.#tokens.accessToken;
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #renew(): Promise<string> {
    this.#tokens = await this.#exchange({ refreshToken: this.#tokens.refreshToken });
    return this.#tokens.accessToken;
  }
}
