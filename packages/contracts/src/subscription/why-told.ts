// Why a subscription was told of an alert, or was not: one of a closed set.

/** Of what was planned for it, as its newest event stands. */
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
 * Of what never was planned; `not-authorized` to `ended` also of what waits, and is not tried
 * because of it.
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
