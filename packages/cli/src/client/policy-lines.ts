// Policies of subscriptions, and why something was told or not, in lines for people. Pure.

import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import type { UnplannedCause } from '@tocsin/domain/notification/why-told'
import type { Item } from './context.ts'

type Parts = Readonly<Record<string, unknown>>

/**
 * Of each part: what it says, and what it says where it has no effect. What a later suite adds is
 * said by its name.
 */
const parts: Readonly<Record<string, (value: unknown) => string>> = {
  minSeverity: value => (value === 'minor' ? 'any severity' : `first from ${value} on`),
  groupWaitSeconds: value => (value === 0 ? 'without waiting' : `after ${value} s for its story`),
  updateMinutes: value => (value === 0 ? 'every change' : `changes every ${value} min at most`),
  stories: value => (value === 'one' ? 'a story as one' : 'each of a story'),
  endings: value => (value === true ? 'endings too' : 'no endings'),
  quietHours: value => (value === null ? 'no quiet hours' : quietWords(value as Parts)),
  unansweredMinutes: value =>
    value === 0 ? 'answered or not' : `when nobody has answered for ${value} min`,
  repeatMinutes: value =>
    value === 0 ? 'no repeats' : `again every ${value} min while nobody answers`,
  watch: value => (value === null ? 'on no watch' : `on watch ${value}`)
}

const quietWords = ({ from, to, timeZone }: Parts) => `quiet ${from} to ${to} (${timeZone})`

/** One line. */
export function policyWords(policy: unknown): string {
  if (typeof policy !== 'object' || policy === null) return 'each event at once'
  const held = policy as Parts
  const known = Object.entries(parts).flatMap(([name, say]) =>
    name in held ? [say(held[name])] : []
  )
  const others = Object.entries(held).filter(([name]) => !Object.hasOwn(parts, name))
  return [...known, ...others.map(([name, value]) => `${name} ${JSON.stringify(value)}`)].join('; ')
}

const whys: Readonly<Record<string, string>> = {
  first: 'it was the first of this alert',
  graver: 'it had become graver than was told',
  update: 'it had changed',
  retracted: 'it was withdrawn',
  ended: 'it ended',
  repeat: 'nobody had answered',
  silenced: 'a silence is over it',
  'off-watch': 'the subscription is no line of the shift that is on',
  answered: 'somebody has the alert',
  'pages-nobody': 'it pages nobody, so nobody need answer it',
  'earlier-line': 'it waits whether the lines before it answer',
  'quiet-hours': 'these are its quiet hours',
  'told-in-story': 'another alert of its story was told',
  'group-wait': 'it waits for others of its story',
  'update-interval': 'the alert was told a short while ago',
  'below-minimum': 'it is below the least severity of the policy',
  'ended-unheard': 'it began and ended before it was due',
  'endings-unwanted': 'its end, which the policy does not want',
  'action-refused': 'it says that an action was refused, which nobody with a policy is told'
}

/** A reason in words; one that is not known here as it is. */
export const whyWords = (reason: unknown): string => whys[String(reason)] ?? String(reason)

const states: Readonly<Record<string, string>> = {
  superseded: 'not told by itself: a later event of the alert goes instead',
  expired: 'not told: the alert began and ended while the endpoint was away',
  lapsed: 'not told: the endpoint did not take it in the time for which it is kept',
  'left-out': 'not told: the filter does not want it any more',
  muted: 'never told by the policy',
  parked: 'not told: the endpoint did not take it; a replay sends it again'
}

const unplanned: Readonly<Record<UnplannedCause, string>> = {
  view: 'Not told: it is beyond what the subscription may see.',
  'before-subscription': 'Not told: nothing of it is newer than the subscription.',
  drill: 'Not told: it is a drill, and the filter does not ask for drills.',
  filter: 'Not told: the filter does not want it',
  quiet: 'Not told: it calls nobody, until an officer takes it.',
  'not-authorized': 'Not told: the key behind the subscription is no longer valid.',
  unconfirmed: 'Not told: the endpoint has not said that it wants webhooks.',
  disabled: 'Not told: the subscription is disabled.',
  ended: 'Not told: the subscription has ended.',
  'not-yet': 'Not told yet: it is next to be planned.',
  'earlier-settings': 'Not told: the subscription had other settings when it came.',
  forgotten: 'What was told of it is kept no longer.'
}

export const unknownThere =
  'Not told: there is no such event of the subscription, and no such alert that the key may see.'

/** Why nothing of an alert was ever planned; one of a later suite as it is. */
export function unplannedWords({ cause, unmet }: Item): string {
  const said =
    (unplanned as Readonly<Record<string, string>>)[String(cause)] ?? `Not told: ${cause}.`
  return cause === 'filter' ? `${said}: ${(unmet as readonly string[]).join(', ')}.` : said
}

/**
 * Why one delivery was told, or was not. `hasPolicy`: what a policy held is held no more once the
 * subscription has none.
 */
export function whyLines(delivery: Item, hasPolicy: boolean): readonly string[] {
  const { sequence, type, plannedAt } = delivery
  const again = delivery.repeated as
    | { readonly count: number; readonly at: string }
    | null
    | undefined
  return [
    `${sequence}  ${String(type).replace(/^tocsin\.(.*)\.v1$/, '$1')}  ${plannedAt}`,
    `   ${stateWords(hasPolicy ? delivery : { ...delivery, held: null })}`,
    ...(delivery.waited == null ? [] : [`   held before: ${whyWords(delivery.waited)}`]),
    ...(again == null
      ? []
      : [`   told again, ${again.count} so far, last ${again.at}: ${whyWords('repeat')}`]),
    ...(delivery.repeatHeld == null || !hasPolicy
      ? []
      : [`   not told again: ${heldWords(delivery.repeatHeld as Parts)}`])
  ]
}

function stateWords({ state, because, held, last, nextAt, attempts }: Item): string {
  const tried = last as {
    readonly at: string
    readonly reason: string | null
    readonly status: number | null
  } | null
  if (state === 'delivered')
    return `told ${tried?.at ?? ''}: ${because == null ? 'every event is told' : whyWords(because)}`
  const why = state === 'muted' && because != null ? `: ${whyWords(because)}` : ''
  if (state !== 'pending') return `${states[String(state)] ?? state}${why}`
  if (tried === null && held != null) return heldWords(held as Parts)
  if (tried === null) return 'waits for its turn'
  return `tried ${attempts} times, and not accepted: ${tried.reason ?? tried.status}; next ${nextAt ?? 'at once'}`
}

function heldWords({ reason, until, by }: Parts): string {
  return `held ${until === null ? 'until that changes' : `until ${until}`}: ${whyWords(reason)}${by === null ? '' : ` (${by})`}`
}

/** Why a stream is told of an alert: each decision, and what comes next. */
export function decisionLines({
  cause,
  unmet,
  decisions,
  decisionsOmitted,
  due
}: Item): readonly string[] {
  if (cause === 'filter') return [unplannedWords({ cause, unmet })]
  const next = due as { readonly at: string; readonly because: string } | null
  return [
    ...(decisionsOmitted === 0 ? [] : [`${decisionsOmitted} older decisions are left out`]),
    ...(decisions as readonly Parts[]).map(
      each => `${each.at}  revision ${each.revision}  ${decisionWords(each)}`
    ),
    ...(next === null
      ? []
      : [`${next.at}  if nothing else happens: told: ${whyWords(next.because)}`])
  ]
}

function decisionWords({ decision, reason, until, by }: Parts): string {
  if (decision === 'tell') return `told: ${whyWords(reason)}`
  if (decision === 'mute') return `never told: ${whyWords(reason)}`
  return reason === null ? 'held by what is not for you to know' : heldWords({ reason, until, by })
}

/** Of what is previewed, what says that more is left out. Earlier suites have neither. */
type Previewed = Partial<Pick<NotificationPolicy, 'watch' | 'repeatMinutes'>>

/**
 * What a preview of a policy says of the last week, and what it leaves out: nobody is to take it
 * for what was told then.
 */
export function previewLines(
  preview: Item,
  { watch = null, repeatMinutes = 0 }: Previewed
): readonly string[] {
  const { from, to, isWhole, events, told, eventsInHourMax, toldInHourMax, silentCount } = preview
  const silent = preview.silent as readonly Item[]
  const counts = (name: string) =>
    Object.entries(preview[name] as Readonly<Record<string, number>>)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => `   ${count}: ${whyWords(reason)}`)
  return [
    `${from} to ${to}: ${told} tellings of ${events} events; in the fullest hour ${toldInHourMax} instead of ${eventsInHourMax}`,
    ...(isWhole === true
      ? []
      : ['There were more events in the week than are played: the earlier ones are left out.']),
    ...(preview.isRepeatsCut === true
      ? ['There were more repeats than are played: the later ones are left out.']
      : []),
    watch === null
      ? 'Silences are left out.'
      : 'Silences and the watch are left out: it is played as if this subscription were always the first line.',
    ...(repeatMinutes === 0
      ? []
      : ['Repeats are played without them too, and end where somebody answered then.']),
    ...['told', ...counts('toldByReason'), 'not told, or held still', ...counts('untoldByReason')],
    `alerts of which nothing is told: ${silentCount}`,
    ...silent.map(
      ({ alertId, severity, headline, reason }) =>
        `   ${alertId} ${severity} ${headline}: ${whyWords(reason)}`
    )
  ]
}
