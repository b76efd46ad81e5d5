/**
 * What people write in place of an edge: `gateway.ts <jwks url> <user service> <certificates>`. Fastify checks the token with jose and calls the user service with grpc-js over
 * mutual TLS; a log line and a span a request, as at the edge. Tells its port (IPC).
 */
import { Client, Metadata } from '@grpc/grpc-js';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import Fastify from 'fastify';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [jwks = '', target = '', certificates = ''] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL(jwks));
const client = new Client(target, new WorkloadCredentials(certificates).channel('user'), {
  'grpc.ssl_target_name_override': 'user',
  'grpc.default_authority': 'user',
});
const { requestType, responseType } = UserServiceDefinition.methods.getProfile;
const encode = (message: object) => Buffer.from(requestType.encode(message).finish());
const tracer = trace.getTracer('gateway');

const app = Fastify({ logger: true });
app.get('/v1/users/me', async (request) => {
  const span = tracer.startSpan('GetProfile', { kind: SpanKind.SERVER }, propagation.extract(context.active(), request.headers));
  try {
    const { payload } = await jwtVerify(request.headers.authorization?.slice('Bearer '.length) ?? '', keys, {
      issuer: 'https://shopverse.local',
      audience: 'shopverse',
    });
    const metadata = new Metadata();
    for (const [header, claim] of Object.entries({
      'x-user-id': 'sub',
      'x-user-role': 'role',
      'x-user-email': 'email',
      'x-session-id': 'sid',
    }))
      metadata.set(header, String(payload[claim]));
    metadata.set('x-request-id', request.id);
    propagation.inject(trace.setSpan(context.active(), span), metadata, { set: (carrier, key, value) => carrier.set(key, value) });
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        '/shopverse.user.v1.UserService/GetProfile',
        encode,
        (bytes: Buffer) => responseType.decode(bytes),
        {},
        metadata,
        { deadline: Date.now() + 5_000 },
        (error, answer) => (error === null ? resolve(answer) : reject(error)),
      );
    });
  } finally {
    span.end();
  }
});
process.on('disconnect', () => process.exit(0));
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ port: Number(new URL(address).port) });
