// What the console asks of the quarantine.

import type { QuarantineEntry, ReportAccepted } from '../shown/answers.ts'
import { ask } from './answers.ts'
import type { Page } from './suite.ts'

const path = (id: string) => `/v1/quarantine/${encodeURIComponent(id)}`

export const quarantine = {
  list: (state: string, cursor: string | null) =>
    ask<Page<QuarantineEntry>>(
      `/v1/quarantine?state=${encodeURIComponent(state)}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    ),
  read: (id: string) => ask<QuarantineEntry>(path(id)),
  replay: (id: string, report: unknown) =>
    ask<ReportAccepted>(`${path(id)}/replay`, { method: 'POST', body: report }),
  dismiss: (id: string) => ask<QuarantineEntry>(path(id), { method: 'DELETE' })
}
