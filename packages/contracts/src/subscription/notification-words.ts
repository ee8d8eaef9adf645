// Why and about what a subscription is notified, in the words of records and answers.

/** Why people are notified now. `repeat`: a reminder, since nobody has acknowledged the alert. */
export const sendReasons = ['first', 'graver', 'update', 'retracted', 'ended', 'repeat'] as const
export type SendReason = (typeof sendReasons)[number]
const sendReasonSet: ReadonlySet<string> = new Set(sendReasons)
export const isSendReason = (reason: string): reason is SendReason => sendReasonSet.has(reason)
export const holdReasons = [
  'silenced',
  'off-watch',
  'quiet-hours',
  'told-in-story',
  'answered',
  'pages-nobody',
  'earlier-line',
  'group-wait',
  'update-interval',
  'below-minimum'
] as const
export type HoldReason = (typeof holdReasons)[number]
/** Why a notification waited, in the words for a receiver. */
export type ShownHoldReason = Exclude<HoldReason, 'answered'>
export const shownHoldReasons: readonly ShownHoldReason[] = holdReasons.filter(
  each => each !== 'answered'
)

/**
 * Why it is never sent. `ended-unheard`: it began and ended without the subscriber, who need hear
 * of neither.
 */
export const muteReasons = ['ended-unheard', 'endings-unwanted'] as const
export type MuteReason = (typeof muteReasons)[number]
/**
 * Why a delivery is muted. `action-refused`: planned before there was a policy; with a policy, a
 * refused action is not notified.
 */
export const mutedReasons = [...muteReasons, 'action-refused'] as const
export type MutedReason = (typeof mutedReasons)[number]

export const bulletinKinds = ['silences', 'watches'] as const

/** `unmatched`: it is active, but matches no open alert. */
export const silenceNews = ['holding', 'unmatched', 'over'] as const
export type SilenceNews = (typeof silenceNews)[number]
export const watchNews = ['unstaffed', 'staffed'] as const
export type WatchNews = (typeof watchNews)[number]

// Why a subscription was or was not notified of an alert: one cause from a closed set.

/** Causes for planned notifications, by the newest event. */
export const plannedCauses = [
  'told',
  'held',
  'waiting',
  'muted',
  'superseded',
  'expired',
  'not-accepted',
  'lapsed',
  'left-out'
] as const
export type PlannedCause = (typeof plannedCauses)[number]

/**
 * Causes for what was never planned; `not-authorized` to `ended` also for what waits, and is not
 * tried because of this.
 */
export const unplannedCauses = [
  'view',
  'before-subscription',
  'drill',
  'filter',
  'quiet',
  'not-authorized',
  'unconfirmed',
  'disabled',
  'ended',
  'not-yet',
  'earlier-settings',
  'forgotten'
] as const
export type UnplannedCause = (typeof unplannedCauses)[number]

export const whyCauses = [...plannedCauses, ...unplannedCauses] as const
