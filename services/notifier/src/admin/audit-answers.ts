// What is answered about who changed what.

import { alertFormats } from '@tocsin/contracts/alert/alert'
import {
  buildPage,
  component,
  instant,
  nullable,
  part,
  shape,
  text,
  words
} from '@tocsin/contracts/format/format'
import { auditedTypes } from '@tocsin/contracts/record/audited-types'

export const auditEntrySchema = shape(
  'AuditEntry',
  'A change and its author. Its content is in the control log, or with the alert.',
  {
    id: text('Of its record.'),
    at: instant(),
    type: words([...auditedTypes, ...Object.keys(alertFormats)]),
    subject: text('Id of what was changed; for a session, of its owner.'),
    by: nullable(
      part('The author; null if the suite did it itself, or if not recorded.', {
        id: text(
          'Id of the key, `owner` or `oidc:<subject>`; from earlier versions also `session:<id>`.'
        ),
        name: text('Its name at that time; the id if not recorded.')
      })
    ),
    handOver: part(
      'Of `watch.handed-over`, which the log has as a `watch.declared` that says so.',
      {
        from: nullable(text('The officer whose shift ended; null: nobody was on.')),
        to: text('The officer who has the watch.')
      }
    )
  },
  ['handOver']
)
export const auditListSchema = component(
  'AuditList',
  buildPage(auditEntrySchema, 'Changes, newest first.')
)
