import { fileURLToPath } from 'node:url';
import { status, type Server, type ServerDuplexStream } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { DescribedFiles } from './described-files.ts';

const SERVICE = 'grpc.reflection.v1.ServerReflection';

interface Request {
  readonly host: string;
  readonly messageRequest?: keyof Questions;
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
  readonly fileContainingExtension?: { readonly containingType: string; readonly extensionNumber: number };
  readonly allExtensionNumbersOfType?: string;
}

/** What can be asked, by the field that asks it. */
type Questions = Readonly<
  Record<
    'fileByFilename' | 'fileContainingSymbol' | 'fileContainingExtension' | 'allExtensionNumbersOfType' | 'listServices',
    (request: Request) => object | undefined
  >
>;

/** The protocol's service, by @grpc/proto-loader: it is no contract of the shop, so nothing is generated from it. */
export function reflectionService(): ServiceDefinition {
  const file = fileURLToPath(new URL('reflection.proto', import.meta.url));
  return loadSync(file, { oneofs: true })[SERVICE] as ServiceDefinition;
}

/**
 * Serves reflection (grpc.reflection.v1), so that grpcurl, ghz and whoever else has a certificate of the mesh can ask a server what it speaks. The
 * descriptors are read at the first question.
 *
 * @param served full names of the services that this server has
 */
export function addReflection(server: Server, served: () => readonly string[]): void {
  let files: Promise<DescribedFiles> | undefined;
  const answer = async (request: Request): Promise<object> => {
    const described = await (files ??= DescribedFiles.read());
    const question = request.messageRequest;
    const found = question === undefined ? undefined : questions(described, served)[question](request);
    const answered = found ?? { errorResponse: { errorCode: status.NOT_FOUND, errorMessage: 'There is nothing of this name.' } };
    return { validHost: request.host, originalRequest: request, ...answered };
  };
  server.addService(reflectionService(), {
    serverReflectionInfo: (stream: ServerDuplexStream<Request, object>) => {
      // One answer for each question, in their order.
      let last = Promise.resolve();
      stream.on('data', (request: Request) => {
        stream.pause();
        last = last.then(async () => {
          stream.write(await answer(request));
          stream.resume();
        });
        last.catch((error: unknown) => stream.destroy(error as Error));
      });
      stream.on('end', () => void last.then(() => stream.end(), () => undefined)); // prettier-ignore
      stream.on('error', () => undefined); // The one who asked has gone.
    },
  });
}

function questions(files: DescribedFiles, served: () => readonly string[]): Questions {
  const filesAnswer = (found: Uint8Array[] | undefined) =>
    found === undefined ? undefined : { fileDescriptorResponse: { fileDescriptorProto: found.map((bytes) => Buffer.from(bytes)) } };
  return {
    fileByFilename: ({ fileByFilename = '' }) => filesAnswer(files.byName(fileByFilename)),
    fileContainingSymbol: ({ fileContainingSymbol = '' }) => filesAnswer(files.bySymbol(fileContainingSymbol)),
    fileContainingExtension: ({ fileContainingExtension }) =>
      filesAnswer(files.byExtension(fileContainingExtension?.containingType ?? '', fileContainingExtension?.extensionNumber ?? 0)),
    allExtensionNumbersOfType: ({ allExtensionNumbersOfType: baseTypeName = '' }) => {
      const extensionNumber = files.extensionNumbers(baseTypeName);
      return extensionNumber === undefined ? undefined : { allExtensionNumbersResponse: { baseTypeName, extensionNumber } };
    },
    listServices: () => ({ listServicesResponse: { service: served().map((name) => ({ name })) } }),
  };
}
