// The form of every problem (RFC 9457). Codes are in problem-catalogue.ts; which of them an operation can answer is stated at each.

import { problems } from '../problem/problem-catalogue.ts'
import { type JsonSchema, listOf, oneOfWords, record, ref, text } from './json-schema.ts'

export const problemSchemas: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    ...record(
      'Why a request was not done. Some problems add members of their own, such as who came first.',
      {
        type: text('`urn:tocsin:problem:` and the code.'),
        title: text('For people; may change.'),
        status: { description: 'The status of the answer.', type: 'integer' },
        code: oneOfWords(Object.keys(problems), 'Stable: build on this.'),
        detail: text('For people; may change.'),
        instance: text('Names the request: with it an operator finds the log lines.'),
        errors: listOf(ref('FieldError'), 'What is wrong where; at most 20.')
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
  FieldError: record('One thing that is wrong.', {
    pointer: text('A JSON pointer into the body, or the name of the parameter or header.'),
    detail: text('What is wrong with it, as the end of a sentence that begins with the pointer.')
  })
}
