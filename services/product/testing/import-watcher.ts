import { Client, Metadata, type ChannelCredentials, type ClientReadableStream } from '@grpc/grpc-js';
import { Import } from '@shopverse/contracts/shopverse/product/v1/import';
import { WatchImportRequest } from '@shopverse/contracts/shopverse/product/v1/import_service';

/** Somebody who watches an import. */
export interface ImportWatcher {
  /** Everything that was told, in order. */
  readonly seen: readonly Import[];
  /** When the first thing was told. */
  readonly first: Promise<void>;
  /** How the stream ended: with nothing, or with its error. */
  readonly ended: Promise<Error | undefined>;
}

/** Watches an import as the edge does for an admin. */
export function watchImportAs(
  userId: string,
  at: { readonly target: string; readonly credentials: ChannelCredentials },
  id: string,
): ImportWatcher {
  const client = new Client(at.target, at.credentials, { 'grpc.ssl_target_name_override': 'product' });
  const metadata = new Metadata({ waitForReady: true });
  metadata.set('x-user-id', userId);
  metadata.set('x-user-role', 'ADMIN');
  const stream: ClientReadableStream<Import> = client.makeServerStreamRequest(
    '/shopverse.product.v1.ImportService/WatchImport',
    (message: WatchImportRequest) => Buffer.from(WatchImportRequest.encode(message).finish()),
    (bytes) => Import.decode(bytes),
    { id },
    metadata,
  );
  const seen: Import[] = [];
  const first = new Promise<void>((resolve) => {
    stream.on('data', (one: Import) => {
      seen.push(one);
      resolve();
    });
  });
  const ended = new Promise<Error | undefined>((resolve) => {
    stream.once('error', resolve);
    stream.once('end', () => resolve(undefined));
  }).finally(() => client.close());
  return { seen, first, ended };
}
