// The form of every problem (RFC 9457). Codes are in problem-catalogue.ts; which codes an
// operation can answer is stated at each.

import { type JsonSchema, listOf, part, ref, text, words } from '../format/format.ts'
import { problems } from '../problem/problem-catalogue.ts'

export const problemSchemas: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    ...part(
      'Why a request failed. Some problems have further members, such as who came first.',
      {
        type: text('`urn:tocsin:problem:` and the code.'),
        title: text('For people; may change.'),
        status: { description: 'The status of the answer.', type: 'integer' },
        code: words(Object.keys(problems), 'Stable.'),
        detail: text('For people; may change.'),
        instance: text('Identifies the request in the log.'),
        errors: listOf(ref('FieldError'), 'The faults; at most 20.')
      },
      ['instance', 'errors']
    ),
    additionalProperties: true,
    examples: [
      {
        type: 'urn:tocsin:problem:body-invalid',
        title: 'The body does not match the contract',
        status: 422,
        code: 'body-invalid',
        detail: '/occurred/from is missing',
        instance: 'urn:tocsin:request:5f3a91c2-1k',
        errors: [{ pointer: '/occurred/from', detail: 'is missing' }]
      }
    ]
  },
  FieldError: part('A fault.', {
    pointer: text('A JSON pointer into the body, or the name of the parameter or header.'),
    detail: text('The fault, as the end of a sentence that begins with the pointer.')
  })
}
