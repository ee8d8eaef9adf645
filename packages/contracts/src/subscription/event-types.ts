// Which types of alert events a subscription wants. Pure.

import { type AlertEventType, machineEvents, operatorEvents } from '../alert/alert.ts'

export const alertEventTypes: readonly AlertEventType[] = [...machineEvents, ...operatorEvents].map(
  name => `alert.${name}` as const
)

/** Sent whatever types a subscription names, once it was sent anything of the alert. */
const alwaysFollowing = 'alert.retracted'

/** `alert.raised` for `tocsin.alert.raised.v1`, and for itself. */
export function shortenEventType(type: string): string {
  return type.replace(/^tocsin\.(.+)\.v[0-9]+$/, '$1')
}

/** `types`: those that a subscription names; null or undefined: all. */
export function wantsEventType(
  types: readonly string[] | null | undefined,
  type: string,
  isAlertKnown: boolean
): boolean {
  if (types === null || types === undefined) return true
  const name = shortenEventType(type)
  return types.includes(name) || (isAlertKnown && name === alwaysFollowing)
}
