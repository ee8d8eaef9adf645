// What officers write, and their names, have a handling of their own. Readers who may not read it
// learn that an officer acted, and what it changed. A comment changes no more than its words: they
// learn of none. Pure. Source: decision 0033.

import { type Principal, type Reach, reaches } from '@tocsin/auth/access/principal'
import type {
  ActionRefused,
  AlertEvent,
  AlertEventType,
  AlertOperator,
  AlertResponse,
  AlertState
} from '@tocsin/contracts/alert/alert'
import type { Author } from '@tocsin/contracts/record/control-record'
import { type Handling, maySee, stricter, talkHandling } from '@tocsin/contracts/theatre/handling'
import type { Asker } from '@tocsin/contracts/theatre/theatre-record'
import { hideRecorders } from './alert-calls.ts'

/** Replaces a name that a reader may not read. */
export const someOfficer = 'an officer'

/**
 * The action behind an event; null to readers who may not read it, as of an event of the suite's
 * own.
 */
export function actionInView(level: Handling, action: AlertState['action']): AlertState['action'] {
  return action !== null && maySee(level, action.handling ?? talkHandling) ? action : null
}

/**
 * Who has an alert: somebody, to readers who may not read the name. Partners' answers are for
 * officers alone.
 */
export function operatorInView(level: Handling, whole: AlertOperator): AlertOperator {
  const operator: { -readonly [K in keyof AlertOperator]: AlertOperator[K] } = { ...whole }
  if (!maySee(level, talkHandling)) delete operator.answers
  const isRead = ({ byId, handling = talkHandling }: AlertResponse) =>
    byId === undefined || maySee(level, handling)
  Object.assign(operator, hideRecorders(operator, isRead))
  const { acknowledgedBy, acknowledgedHandling = talkHandling } = operator
  if (acknowledgedBy !== null && !maySee(level, acknowledgedHandling)) {
    operator.acknowledgedBy = someOfficer
    delete operator.acknowledgedById
    delete operator.acknowledgedHandling
  }
  const { assignedTo, assignedHandling = talkHandling } = operator
  if (assignedTo !== null && !maySee(level, assignedHandling)) {
    operator.assignedTo = someOfficer
    delete operator.assignedHandling
  }
  return operator
}

/**
 * Whether readers of a level get a refusal. Older ones, which state no handling, went to everyone
 * who sees the alert.
 */
export function isRefusalFor(
  level: Handling,
  { actionHandling = 'public' }: ActionRefused
): boolean {
  return maySee(level, actionHandling)
}

/**
 * The names in a refusal that readers of a level may read. `seq` is removed where not everything is
 * seen.
 */
export function refusalInView(level: Handling, refusal: ActionRefused): Omit<ActionRefused, 'seq'> {
  const { seq: _seq, ...others } = refusal
  const shown = whoInView(level, others, refusal.actionHandling)
  const { standingBy, standingHandling = talkHandling } = refusal
  if (standingBy === null || maySee(level, standingHandling)) return shown
  const { standingById: _id, standingHandling: _handling, ...named } = shown
  return { ...named, standingBy: someOfficer }
}

/** An officer by name, or some officer. */
function whoInView<Who extends Asker>(
  level: Handling,
  who: Who,
  handling: Handling = talkHandling
): Who {
  if (maySee(level, handling)) return who
  const { byId: _, ...others } = who
  return { ...others, by: someOfficer } as Who
}

/** Who came first on an incident: an officer, or a report, which has no name. */
export interface FirstThere {
  readonly by: string | null
  /** Id of that key; omitted if its declaration predates the storing of ids. */
  readonly byId?: string
  readonly handling?: Handling
  readonly at: string
}

export function firstInView(level: Handling, first: FirstThere | null): FirstThere | null {
  if (first === null || first.by === null || maySee(level, first.handling ?? talkHandling))
    return first
  return { by: someOfficer, at: first.at }
}

/** What an officer declared of incidents, as readers of a level may read it. */
export function declaredInView<
  Words extends { readonly by: string; readonly byId: string | null; readonly note: string | null }
>(level: Handling, words: Words, handling: Handling = talkHandling): Words {
  return maySee(level, handling) ? words : { ...words, by: someOfficer, byId: null, note: null }
}

/**
 * The last action of an officer under each handling; a comment is left out for readers who may not
 * read it.
 */
export interface OfficersAct extends Asker {
  readonly at: string
  readonly handling: Handling
  readonly isComment: boolean
  /**
   * It records what was done and leaves the alert unchanged: it may come after the alert was
   * closed.
   */
  readonly isResponse?: true
}

/** The acts with a further one, at most one of a kind and handling, in order. */
export function withAct(
  acts: readonly OfficersAct[],
  type: AlertEventType,
  by: Omit<OfficersAct, 'isComment' | 'isResponse'>
): readonly OfficersAct[] {
  const isResponse = type === 'alert.responded' || type === 'alert.response-corrected'
  const isComment = type === 'alert.commented'
  const act: OfficersAct = { ...by, isComment, ...(isResponse ? { isResponse } : {}) }
  const hasThatKind = (each: OfficersAct) =>
    each.handling === act.handling &&
    each.isComment === act.isComment &&
    each.isResponse === act.isResponse
  return [...acts.filter(each => !hasThatKind(each)), act]
}

/** Who acted last of what readers of a level may see; with `isChange`, of what changed the alert. */
export function lastActInView(
  level: Handling,
  acts: readonly OfficersAct[],
  isChange = false
): (Asker & { readonly at: string }) | null {
  const act = acts.findLast(({ isComment, isResponse, handling }) =>
    isChange ? !isComment && !isResponse : !isComment || maySee(level, handling)
  )
  if (act === undefined) return null
  const { by, byId, at, handling } = act
  return whoInView(level, { by, ...(byId === undefined ? {} : { byId }), at }, handling)
}

/** Whether a key with `alerts:operate` may know which subscriptions of others there are. */
export function seesOtherSubscribers({ handling }: Principal): boolean {
  return maySee(handling, talkHandling)
}

/**
 * Who did what an event says, and who may read that: the stricter of the handling of the alert at
 * that time and of the name. Null for an event of the suite's own.
 */
export function whoDid(event: AlertEvent): { by: Author; handling: Handling } | null {
  const { handling } = event.data
  const done =
    event.type === 'alert.action-refused'
      ? { ...event.data, handling: event.data.actionHandling ?? 'public' }
      : event.data.action
  if (done === null) return null
  const { by, byId = by, handling: ofName = talkHandling } = done
  return { by: { id: byId, name: by }, handling: stricter(handling, ofName) }
}

/** The mark unless the author sets another. */
export const usualHandling: Handling = 'internal'

/**
 * True for who declared it, within their theatres; for others by theatres and handling. Undefined:
 * false.
 */
export function mayKnow<T extends Reach & { readonly ownerKeyId: string }>(
  holder: Reach & { readonly id: string },
  shared: T | undefined
): shared is T {
  return (
    shared !== undefined &&
    reaches(
      holder.id === shared.ownerKeyId ? { ...holder, handling: shared.handling } : holder,
      shared
    )
  )
}

/**
 * Whether a key may mark a roster so: up to its own handling, and the usual mark, which hides it
 * from all keys below that.
 */
export function mayMarkWatch(holder: Reach, asked: Handling): boolean {
  return asked === usualHandling || maySee(holder.handling, asked)
}
