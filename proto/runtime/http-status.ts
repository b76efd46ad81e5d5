/** HTTP status of each gRPC status code over REST, as the transcoder gives it for services' answers (google/rpc/code.proto). */
const byCode = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401] as const;

/** The HTTP status of a gRPC status code, 0 to 16; 500 for any other. */
export const httpStatus = (grpcCode: number): number => byCode[grpcCode] ?? 500;
