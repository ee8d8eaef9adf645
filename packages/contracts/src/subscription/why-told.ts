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
