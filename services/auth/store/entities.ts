import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { AccountRole } from '../domain/account.ts';
import type { SecurityEventType } from '../domain/security-event.ts';

/** A row of `accounts`. */
export const AccountEntity = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  properties: {
    id: p.uuid().primary(),
    email: p.text(),
    fullName: p.text().fieldName('full_name'),
    role: p.text().$type<AccountRole>(),
    passwordHash: p.text().fieldName('password_hash'),
    version: p.integer().version(),
    createdAt: p.datetime().fieldName('created_at'),
    updatedAt: p.datetime().fieldName('updated_at'),
  },
});

/** A row of `profile_handovers`. */
export const ProfileHandoverEntity = defineEntity({
  name: 'ProfileHandover',
  tableName: 'profile_handovers',
  properties: {
    userId: p.uuid().primary().fieldName('user_id'),
    phone: p.text(),
    tries: p.integer(),
    nextTryAt: p.datetime().fieldName('next_try_at'),
  },
});

/** A row of `sessions`. */
export const SessionEntity = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid().fieldName('user_id'),
    userAgent: p.text().fieldName('user_agent'),
    clientAddress: p.text().fieldName('client_address'),
    createdAt: p.datetime().fieldName('created_at'),
    lastUsedAt: p.datetime().fieldName('last_used_at'),
    expiresAt: p.datetime().fieldName('expires_at'),
    revokedAt: p.datetime().fieldName('revoked_at').nullable(),
  },
});

/** A row of `refresh_tokens`. */
export const RefreshTokenEntity = defineEntity({
  name: 'RefreshToken',
  tableName: 'refresh_tokens',
  properties: {
    hash: p.text().primary(),
    sessionId: p.uuid().fieldName('session_id'),
    issuedAt: p.datetime().fieldName('issued_at'),
    expiresAt: p.datetime().fieldName('expires_at'),
    usedAt: p.datetime().fieldName('used_at').nullable(),
  },
});

/** A row of `login_failures`. */
export const LoginFailuresEntity = defineEntity({
  name: 'LoginFailures',
  tableName: 'login_failures',
  properties: {
    address: p.text().primary(),
    failures: p.float(),
    inFlight: p.integer().fieldName('in_flight'),
    lastTriedAt: p.datetime().fieldName('last_tried_at'),
    lockedUntil: p.datetime().fieldName('locked_until'),
  },
});

/** A row of `signing_keys`. */
export const SigningKeyEntity = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_keys',
  properties: {
    kid: p.text().primary(),
    x: p.text(),
    y: p.text(),
    sealedPrivateKey: p.blob().fieldName('sealed_private_key'),
    createdAt: p.datetime().fieldName('created_at'),
    signsFrom: p.datetime().fieldName('signs_from'),
  },
});

/** A row of `password_resets`. */
export const PasswordResetEntity = defineEntity({
  name: 'PasswordReset',
  tableName: 'password_resets',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid().fieldName('user_id'),
    tokenHash: p.text().fieldName('token_hash').nullable(),
    requestedAt: p.datetime().fieldName('requested_at'),
    expiresAt: p.datetime().fieldName('expires_at'),
    endedAt: p.datetime().fieldName('ended_at').nullable(),
  },
});

/** A row of `security_events`. */
export const SecurityEventEntity = defineEntity({
  name: 'SecurityEvent',
  tableName: 'security_events',
  properties: {
    id: p.uuid().primary(),
    type: p.text().$type<SecurityEventType>(),
    userId: p.uuid().fieldName('user_id').nullable(),
    actorId: p.uuid().fieldName('actor_id').nullable(),
    detail: p.text(),
    clientAddress: p.text().fieldName('client_address'),
    userAgent: p.text().fieldName('user_agent'),
    requestId: p.text().fieldName('request_id'),
    occurredAt: p.datetime().fieldName('occurred_at'),
  },
});

export type SecurityEventRow = InferEntity<typeof SecurityEventEntity>;
export type SessionRow = InferEntity<typeof SessionEntity>;

export const entities = [
  AccountEntity,
  ProfileHandoverEntity,
  SessionEntity,
  RefreshTokenEntity,
  LoginFailuresEntity,
  SigningKeyEntity,
  SecurityEventEntity,
  PasswordResetEntity,
];
