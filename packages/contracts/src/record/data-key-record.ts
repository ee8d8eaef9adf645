// The records of the keys log.

import { named, type PayloadOf, record, text } from '../format/format.ts'

export const dataKeyFormats = {
  'data-key.created': record(
    {
      reportId: text(),
      keyId: text(),
      wrapped: record(
        { iv: text(), ciphertext: text(), tag: text() },
        "AES-256-GCM under the suite's wrapping key; base64."
      )
    },
    named(
      'data-key.created',
      'Data key',
      "The wrapped key of a report's private part. Overwriting the record with null erases it."
    )
  )
}
export type DataKeyPayload = PayloadOf<typeof dataKeyFormats>
