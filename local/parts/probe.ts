/** Throws until `url` answers with a success. */
export async function httpReady(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal });
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  throw new Error(`${url} answers ${response.status}: ${(await response.text()).slice(0, 200)}`);
}
