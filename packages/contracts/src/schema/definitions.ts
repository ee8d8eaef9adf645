// The formats that several records share, in one schema to which they all refer.

import { type Format, makeDefinition, named, sharedFile } from '../format/format.ts'
import {
  dayFormat,
  instantFormat,
  spanFormat,
  theatreChoiceFormat
} from '../format/shared-formats.ts'
import { handlingFormat } from '../theatre/handling.ts'
import {
  categoryFormat,
  fatalitiesFormat,
  laneFormat,
  placeCandidateFormat,
  placeFormat
} from '../theatre/report.ts'
import { theatreFormat } from '../theatre/theatre-record.ts'
import { buildSchema, type PublishedSchema } from './published-schema.ts'

const formats: readonly Format[] = [
  instantFormat,
  dayFormat,
  spanFormat,
  categoryFormat,
  handlingFormat,
  laneFormat,
  fatalitiesFormat,
  placeCandidateFormat,
  placeFormat,
  theatreFormat,
  theatreChoiceFormat
]

export interface Definitions extends PublishedSchema {
  readonly $defs: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export const definitions: Definitions = {
  ...buildSchema(
    named(
      'definitions.v1',
      'Shared definitions',
      'Parts that several records of the logs share. Readers ignore members that they do not know.'
    )
  ),
  $defs: Object.fromEntries(
    formats.map(format => [getDefinitionName(format), makeDefinition(format)])
  )
}

function getDefinitionName({ $ref }: Format): string {
  return String($ref).slice(`${sharedFile}#/$defs/`.length)
}
