import { NotificationKind, type NotificationPreferences } from '@shopverse/contracts/shopverse/notification/v1/notification';
import type { GetPreferencesRequest, UpdatePreferencesRequest } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import { failure, invalidField } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { NOTICE_KINDS } from '../domain/notice.ts';
import { channelsOf, faultOf, type Preferences } from '../domain/preferences.ts';
import type { PreferenceStore, StoredPreferences } from '../store/preference-store.ts';
import { kindOfNumber } from './notification-message.ts';

interface Deps {
  readonly preferences: Pick<PreferenceStore, 'get' | 'put'>;
}

/** What the caller wants to be told. */
export const getPreferences =
  ({ preferences }: Deps): UnaryHandler<GetPreferencesRequest, NotificationPreferences> =>
  async (_request, call) =>
    toMessage(await preferences.get(signedIn(call).userId));

/** Changes what the update mask names, or what is given. Errors: INVALID_REQUEST naming the field, CONCURRENT_CHANGE. */
export const updatePreferences =
  ({ preferences }: Deps): UnaryHandler<UpdatePreferencesRequest, NotificationPreferences> =>
  async ({ preferences: wished, updateMask }, call) => {
    const { userId } = signedIn(call);
    if (wished === undefined) throw invalidField('preferences', 'must be there.');
    const current = await preferences.get(userId);
    if (wished.etag !== '' && wished.etag !== String(current.revision))
      throw failure('CONCURRENT_CHANGE', 'The preferences were changed meanwhile; read them again.');
    const changes = (path: string, given: boolean) =>
      updateMask === undefined || updateMask.length === 0 ? given : updateMask.includes(path);
    const kinds = wished.kinds.map(({ kind, inApp, mail }, index) => {
      const name = kindOfNumber(kind);
      if (name === undefined) throw invalidField(`preferences.kinds[${index}].kind`, 'is no longer told.');
      return { kind: name, inApp, mail };
    });
    const fault = faultOf(kinds, wished.quietHours);
    if (fault !== undefined) throw invalidField(fault.field, fault.sentence);
    const next: Preferences = {
      kinds: changes('kinds', kinds.length > 0)
        ? Object.fromEntries(kinds.map(({ kind, inApp, mail }) => [kind, { inApp, mail }]))
        : current.kinds,
      quiet: changes('quiet_hours', wished.quietHours !== undefined) ? wished.quietHours : current.quiet,
    };
    return toMessage(await preferences.put(userId, current.revision, next));
  };

function toMessage(preferences: StoredPreferences): NotificationPreferences {
  return {
    kinds: NOTICE_KINDS.map((kind) => ({ kind: NotificationKind[kind], ...channelsOf(preferences, kind) })),
    quietHours: preferences.quiet,
    etag: String(preferences.revision),
  };
}
