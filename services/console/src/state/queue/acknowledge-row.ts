// Acknowledges an alert from its row, as its form does that nobody has touched.

import { decided } from '../../http/actions.ts'
import type { ShownAlert } from '../../shown/shown-alert.ts'
import { outcomeOf, send, tellOutcome } from '../acts.ts'
import { passed } from '../console-state.ts'
import { blankDraft } from '../drafts.ts'

/** The outcome is announced, and stands beside the form of the alert. */
export async function acknowledgeRow(alert: ShownAlert): Promise<void> {
  const { alertId, operatorRevision } = alert
  tellOutcome(alertId, { kind: 'asking' })
  const answer = await decided(await send(alert, blankDraft, operatorRevision), passed)
  tellOutcome(alertId, outcomeOf('acknowledgement', answer))
}
