// What time it is in theatres: their own in a replay that has begun, else that of the machine.

import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Projection } from './alerts/projection.ts'

/** The time in a theatre, ISO 8601. */
export function timesIn(
  { control, clock }: Pick<ServiceDeps, 'control' | 'clock'>,
  { clocks }: Pick<Projection, 'clocks'>
): (theatre: string) => string {
  const isReplay = (theatre: string) => control.state.theatres.get(theatre)?.clock === 'replay'
  return theatre =>
    (isReplay(theatre) ? clocks.nowIn(theatre) : null) ?? new Date(clock.nowMs()).toISOString()
}
