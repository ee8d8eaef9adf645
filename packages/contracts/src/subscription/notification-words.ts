// Why and of what a subscription is told, by words that records and answers use.

/** Why people are notified now. `repeat`: a reminder, since nobody has acknowledged the alert. */
export const tellReasons = ['first', 'graver', 'update', 'retracted', 'ended', 'repeat'] as const
export type TellReason = (typeof tellReasons)[number]
const isTold: ReadonlySet<string> = new Set(tellReasons)
export const isTellReason = (reason: string): reason is TellReason => isTold.has(reason)
/** Why it is told later. */
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
/** Why something waited, as a receiver is told. */
export type ToldHoldReason = Exclude<HoldReason, 'answered'>
export const toldHoldReasons: readonly ToldHoldReason[] = holdReasons.filter(
  each => each !== 'answered'
)

/**
 * Why it is never told. `ended-unheard`: it began and ended without the subscriber, who need hear
 * of neither.
 */
export const muteReasons = ['ended-unheard', 'endings-unwanted'] as const
export type MuteReason = (typeof muteReasons)[number]
/**
 * Why a delivery is muted. `action-refused`: planned before there was a policy; who has one is not
 * told that an action was refused.
 */
export const mutedReasons = [...muteReasons, 'action-refused'] as const
export type MutedReason = (typeof mutedReasons)[number]

/** What a subscription may ask to be told of. */
export const bulletinKinds = ['silences', 'watches'] as const

/** `unmatched`: it holds, and is for no open alert. */
export const silenceNews = ['holding', 'unmatched', 'over'] as const
export type SilenceNews = (typeof silenceNews)[number]
export const watchNews = ['unstaffed', 'staffed'] as const
export type WatchNews = (typeof watchNews)[number]
