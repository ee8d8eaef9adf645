// The records of the keys log.

import { type PayloadOf, record, released, text } from '../format/format.ts'

export const dataKeyFormats = {
  'data-key.created': released(
    'data-key.created.v1',
    'Data key',
    "The wrapped key of a report's private part. Overwriting the record with null erases it.",
    {
      reportId: text(),
      keyId: text(),
      wrapped: record(
        { iv: text(), ciphertext: text(), tag: text() },
        "AES-256-GCM under the suite's wrapping key; base64."
      )
    }
  )
}
export type DataKeyPayload = PayloadOf<typeof dataKeyFormats>
