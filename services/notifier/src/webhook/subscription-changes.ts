// Changes of webhook subscriptions: settings, and the secret. Of two concurrent changes, at any
// instance, the first counts and the other is refused. HTTP is in subscription-routes.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { settingsIn } from '@tocsin/contracts/format/setting'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import {
  type SubscriptionAsk,
  type SubscriptionSettings,
  subscriptionSettings
} from '@tocsin/contracts/subscription/subscription-settings'
import type { RecordPosition } from '@tocsin/event-log/port'
import { replacedSecretsMax, stillValid } from '@tocsin/service/control/key-state'
import { findCurrent, replacedWebhookKeysMax } from '@tocsin/service/control/webhook-keys'
import { hideUrlSecrets } from '@tocsin/webhooks/masked-url'
import { formatSecret } from '@tocsin/webhooks/signing-keys'
import { checkAllTheatres, checkMinted } from '../admin/admin-reach.ts'
import { changedSince, checkSeen, makeVersion } from '../alerts/seen-version.ts'
import { splitSecrets } from './destinations.ts'
import { nextAskingMs } from './endpoint-consent.ts'
import { hasConsented, isDisabled, makeFallback } from './endpoint-reach.ts'
import { sealSecret } from './sealed-secret.ts'
import {
  checkContact,
  checkDestination,
  type KeptAddresses,
  type SubscriptionOperations,
  type SubscriptionOperationsDeps
} from './subscription-operations.ts'

export const secretOverlapHoursDefault = 24
export const secretOverlapHoursMax = 168

export interface SubscriptionChanged {
  readonly record: SubscriptionRecord
  /** Null if there was no change. */
  readonly appended: RecordPosition | null
}

export class SubscriptionChanges {
  readonly #deps: SubscriptionOperationsDeps
  readonly #subscriptions: SubscriptionOperations

  constructor(deps: SubscriptionOperationsDeps, subscriptions: SubscriptionOperations) {
    this.#deps = deps
    this.#subscriptions = subscriptions
  }

  /**
   * Changes the given settings and leaves the others. Pending deliveries go to the new address, and
   * what a new filter does not want is left out, unless the partner may know its alert. Without an
   * actual change there is no new version. `seen`: the version that the caller has seen; null: any.
   * Throws a ProblemError that names the field, `not-found`, `forbidden` beyond the caller's own
   * rights, or `action-refused` if another change came first.
   */
  async change(
    principal: Principal,
    id: string,
    ask: Partial<SubscriptionAsk>,
    seen: number | null = null
  ): Promise<SubscriptionChanged> {
    const known = await this.#subscriptions.findNow(principal, id)
    this.#checkMay(principal, known)
    checkSeen(known, seen)
    // Names are resolved before the turn: it is one for all changes of administration, and must not
    // wait for name servers.
    this.#subscriptions.checkWatch(principal, ask, known)
    checkContact(ask)
    const { secrets, settings: given } = splitSecrets(ask)
    const asked = { ...settingsIn(subscriptionSettings, known), ...given }
    if (asked.kind !== known.kind)
      throw refused('The kind of a subscription cannot be changed. Make another subscription.')
    const { destinations, random } = this.#deps
    const target = destinations.open(known)
    checkDestination({ ...asked, ...target, ...secrets, url: asked.url })
    const settings = await this.#subscriptions.checked(asked, keptIn(known, ask))
    const consents = await this.#createAskings(known, settings, ask)
    const isMoved = settings.url !== known.url
    const isElsewhere = isMoved || Object.keys(secrets).length > 0
    const url = isMoved ? settings.url : (target.url ?? known.url)
    const placed = isElsewhere
      ? destinations.place(id, settings, { ...target, ...secrets, url }, random)
      : {}
    const changed = await this.#inTurn(principal, id, standing => {
      if (standing.version !== known.version) throw changedSince(standing)
      return { ...standing, ...settings, ...consents, ...placed }
    })
    const cause = `version ${changed.record.version}`
    // First: if leaving out fails, a second change sees no other address.
    if (isElsewhere) await this.#deps.dispatcher.resume(changed.record, cause, 'address')
    else if (isDisabled(known) && !isDisabled(changed.record))
      await this.#deps.dispatcher.resume(changed.record, cause, 'owner')
    // Whenever a filter is given: if leaving out failed before, the same change again leaves out.
    // What is wanted stays.
    if (ask.filter !== undefined || ask.types !== undefined)
      await this.#deps.dispatcher.leaveOut(changed.record)
    return changed
  }

  /**
   * New consent requests: for an address that changes, and for one that is given again after asking
   * has ended.
   */
  async #createAskings(
    known: SubscriptionRecord,
    { kind, url, fallbackUrl }: SubscriptionSettings,
    ask: Partial<SubscriptionAsk>
  ): Promise<Pick<SubscriptionRecord, 'consent' | 'fallbackConsent'>> {
    const asked: Partial<
      Record<'consent' | 'fallbackConsent', NonNullable<SubscriptionRecord['consent']>>
    > = {}
    const isAskedAgain = (held: SubscriptionRecord) => !hasConsented(held) && this.#isOver(held)
    // No consent was asked for during a pause.
    const isBegun = isDisabled(known) && ask.state === 'active'
    if (url !== known.url || ((ask.url !== undefined || isBegun) && isAskedAgain(known)))
      asked.consent = await this.#subscriptions.createAsking({ kind, url }, known.consent)
    const fallback = makeFallback(known)
    const isNew =
      fallbackUrl !== known.fallbackUrl ||
      ((ask.fallbackUrl !== undefined || isBegun) && fallback !== null && isAskedAgain(fallback))
    if (fallbackUrl && isNew)
      asked.fallbackConsent = await this.#subscriptions.createAsking(
        { url: fallbackUrl },
        known.fallbackConsent
      )
    return asked
  }

  #isOver({ consent }: SubscriptionRecord): boolean {
    return (
      consent !== undefined &&
      nextAskingMs(Date.parse(consent.askedAt), this.#deps.clock.nowMs()) === null
    )
  }

  /**
   * Gives a subscription a new secret. Each earlier one also signs until its own overlap ends; with
   * an overlap of 0 hours all earlier ones end immediately. Answers with the secret once the record
   * is durable: it cannot be shown again. Throws as `change`.
   */
  async rotate(
    principal: Principal,
    id: string,
    overlapHours = secretOverlapHoursDefault
  ): Promise<SubscriptionChanged & { readonly secret: string }> {
    const { random, clock, sealingKey } = this.#deps
    const secret = formatSecret(random.bytes(32))
    const changed = await this.#inTurn(principal, id, known => {
      const nowMs = clock.nowMs()
      const valid = stillValid(known.replacedSecrets ?? [], nowMs)
      if (overlapHours > 0 && valid.length >= replacedSecretsMax)
        throw refused(
          `${replacedSecretsMax} earlier secrets still sign. Wait for one to end, or end all of them with overlapHours 0.`
        )
      const until = new Date(nowMs + overlapHours * 3_600_000).toISOString()
      return {
        ...known,
        sealedSecret: sealSecret(sealingKey, known.subscriptionId, secret, random),
        replacedSecrets:
          overlapHours === 0 ? [] : [{ sealedSecret: known.sealedSecret, until }, ...valid]
      }
    })
    return { ...changed, secret }
  }

  /**
   * Lets the suite's next ed25519 key sign from now on. Throws `forbidden` unless the caller covers
   * everything: the key signs what goes to every partner.
   */
  rotateSuiteKey(principal: Principal): Promise<RecordPosition> {
    const { control, shared, operations, signing } = this.#deps
    return operations.inTurn(async () => {
      checkAllTheatres(principal)
      await shared.learn('control')
      const replaced = signing.published().filter(({ state }) => state === 'replaced')
      if (replaced.length >= replacedWebhookKeysMax)
        throw refused(
          `${replaced.length} earlier keys still sign. The first of them ends at ${replaced.at(-1)?.until}.`
        )
      const generation = findCurrent(control.state.webhookKeys) + 1
      // Two instances that rotate at the same time name one generation: the fold counts it once.
      return operations.write({ type: 'webhook-key.rotated', data: { generation } }, principal)
    })
  }

  /**
   * Whoever decides where it is sent, or has its secret, gets its events for as long as the key
   * behind it is valid: that must not give anybody more than they already have.
   */
  #checkMay(principal: Principal, { theatres, handling, ownerKeyId }: SubscriptionRecord): void {
    const { limits } = principal
    const expiresAtMs = this.#subscriptions.computeEnd(ownerKeyId)
    const wanted = {
      scopes: ['alerts:read'] as const,
      theatres,
      handling,
      expiresAtMs,
      ...(limits === undefined ? {} : { limits })
    }
    checkMinted(principal, 'subscription', wanted)
  }

  #inTurn(
    principal: Principal,
    id: string,
    changed: (known: SubscriptionRecord) => SubscriptionRecord
  ): Promise<SubscriptionChanged> {
    const { control, operations } = this.#deps
    return operations.inTurn(async () => {
      const known = await this.#subscriptions.findNow(principal, id)
      this.#checkMay(principal, known)
      const next = changed(known)
      if (toCanonicalJson(next) === toCanonicalJson(known)) return { record: known, appended: null }
      const record = { ...next, version: makeVersion(known) + 1 }
      const { appended, isFolded } = await operations.append(
        { type: 'subscription.updated', data: record },
        principal
      )
      if (!isFolded) return { record, appended }
      const standing = control.state.subscriptions.get(known.subscriptionId)
      // The endpoint may have consented meanwhile.
      if (standing === undefined || withoutConsents(standing) !== withoutConsents(record))
        throw standing === undefined
          ? refused('The subscription was deleted first.')
          : changedSince(standing)
      return { record: standing, appended }
    })
  }
}

function withoutConsents(record: SubscriptionRecord): string {
  return toCanonicalJson({ ...record, consent: null, fallbackConsent: null })
}

/** What is shown of an address, or the address itself, leaves it as it is. */
function keptIn(
  known: SubscriptionRecord,
  { url, fallbackUrl }: Partial<SubscriptionAsk>
): KeptAddresses {
  const isKept = (asked: string | null | undefined, held: string) =>
    asked === undefined || asked === held || asked === hideUrlSecrets(held)
  const { fallbackUrl: second } = known
  return {
    ...(isKept(url, known.url) ? { url: known.url } : {}),
    ...(second && isKept(fallbackUrl, second) ? { fallbackUrl: second } : {})
  }
}

function refused(detail: string): ProblemError {
  return new ProblemError('action-refused', detail)
}
