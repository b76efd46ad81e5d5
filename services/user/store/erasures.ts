import type { EntityManager } from '@mikro-orm/postgresql';
import { ErasureEntity } from './entities.ts';

/** The services that hold personal data; each erases it when it hears that a user is deleted. */
export const HOLDERS = ['auth', 'notification', 'order', 'recommendation'] as const;

/** How far one service is. */
export interface ServiceErasure {
  readonly service: string;
  readonly requestedAt: Date;
  /** Undefined while it is not done. */
  readonly erasedAt: Date | undefined;
}

/** Notes what every holder, and this service, has to erase of a user; this service has done it. */
export async function requestErasure(em: EntityManager, userId: string, now: Date): Promise<void> {
  await em.insertMany(ErasureEntity, [
    { userId, service: 'user', requestedAt: now, erasedAt: now },
    ...HOLDERS.map((service) => ({ userId, service, requestedAt: now, erasedAt: null })),
  ]);
}

/** A service has erased what it held. The first time counts. Answers whether it had to. */
export async function recordErasure(em: EntityManager, userId: string, service: string, now: Date): Promise<boolean> {
  if ((await em.nativeUpdate(ErasureEntity, { userId, service, erasedAt: null }, { erasedAt: now })) > 0) return true;
  return (await em.count(ErasureEntity, { userId, service })) > 0;
}

/** How far the erasure of a user is, by service; empty when they are not deleted. */
export async function listErasures(em: EntityManager, userId: string): Promise<ServiceErasure[]> {
  const rows = await em.find(ErasureEntity, { userId }, { orderBy: { service: 'asc' } });
  return rows.map(({ service, requestedAt, erasedAt }) => ({ service, requestedAt, erasedAt: erasedAt ?? undefined }));
}
