// One wait for all that an open alert says of silences: a browser has few connections.

import { useToldChanges } from '../../state/webhooks/told.ts'

export function ToldAtOnce() {
  useToldChanges()
  return null
}
