// OpenAPI texts of administration. The routes and their schemas are in control-routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'

const headers = ['tocsin-cursor']
const writing: readonly ProblemCode[] = ['log-unavailable', 'disk-full', 'projection-behind']

export const controlApi: ApiDocs = {
  'GET /v1/theatres': {
    id: 'listTheatres',
    tag: 'Administration',
    summary: 'List theatres',
    headers,
    answers: { 200: { description: 'Theatres with their time.', schema: ref('TheatreList') } }
  },
  'PUT /v1/theatres/:id': {
    id: 'putTheatre',
    tag: 'Administration',
    summary: 'Declare or change a theatre',
    description:
      'An area by countries or by a polygon; theatres do not overlap. A change of area holds from now on. The clock of a theatre stays what it was. A key for some theatres changes those, and adds no ground. Needs a key that is cleared for `restricted`: what a theatre holds is of every handling.',
    path: { id: 'Small letters, digits, hyphens and underscores.' },
    headers,
    body: {
      members: {
        id: { description: 'As in the path, where it is sent.' },
        now: { description: 'As GET answers it; changes nothing.' },
        clockStanding: { description: 'As GET answers it; changes nothing.' },
        countries: { description: 'ISO 3166-1 alpha-2.' },
        polygon: { description: 'A GeoJSON Polygon, or its rings of [lon, lat]; at most 2,000 positions.' },
        clock: { description: '`replay`: the time goes by ticks that are posted.' },
        retentionDays: { description: 'How far back reports can still change alerts.' }
      },
      example: { countries: ['ML', 'BF', 'NE'], clock: 'wall' }
    },
    answers: {
      200: { description: 'The theatre, which was there.', schema: ref('TheatreShown'), headers },
      201: { description: 'The new theatre.', schema: ref('TheatreShown'), headers }
    },
    problems: [...writing, 'action-refused', 'too-many']
  },
  'POST /v1/theatres/:id/ticks': {
    id: 'tickTheatre',
    tag: 'Administration',
    summary: 'Move the time of a replay theatre',
    description: 'Needs a key that is cleared for `restricted`.',
    path: { id: 'Id of a theatre with a replay clock.' },
    headers,
    body: {
      members: {
        to: { description: 'A whole minute, later than the last.' },
        leap: { description: 'Go on by more than 400 days: without it that is refused, as a slip of the pen.' }
      },
      example: { to: '2025-06-02T09:00:00Z' }
    },
    answers: { 200: { description: 'The theatre has this time.', schema: ref('TickTaken'), headers } },
    problems: [...writing, 'tick-refused']
  },
  'POST /v1/theatres/:id/time': {
    id: 'setTheatreTime',
    tag: 'Administration',
    summary: 'Set the time of a theatre',
    description:
      'Where a wrong clock has put a theatre into the future, or the clock is so far ahead that the theatre waits for a word. The word is kept in the log. Set back, all that the theatre was told is folded anew with the right time: what was published stands and is revised, and what was not seen is raised. Needs a key that is cleared for `restricted`.',
    path: { id: 'Id of a theatre.' },
    headers,
    body: {
      members: {
        to: { description: 'A whole minute. Left out: now, of a theatre on the wall clock; required of a replay.' },
        reason: { description: 'Why, for those who read the log.' }
      },
      example: { reason: 'The clock of the machine was wrong at its first start.' }
    },
    answers: { 200: { description: 'The theatre has this time.', schema: ref('TickTaken'), headers } },
    problems: [...writing, 'tick-refused']
  },
  'GET /v1/sources': {
    id: 'listSources',
    tag: 'Administration',
    summary: 'List declared sources',
    headers,
    answers: { 200: { description: 'Sources.', schema: ref('SourceList') } }
  },
  'PUT /v1/sources/:id': {
    id: 'putSource',
    tag: 'Administration',
    summary: 'Declare or change a source',
    description:
      'What is held of a source belongs to the source: a report cannot say it of itself. Needs a key for all theatres that is cleared for `restricted`.',
    path: { id: 'Id of the source, as reports have it.' },
    headers,
    body: {
      members: {
        id: { description: 'As in the path, where it is sent.' },
        heard: { description: 'As GET answers it; changes nothing.' },
        reliability: { description: 'Admiralty code.' },
        latenessDays: { description: 'How late its reports usually come.' },
        cadenceDays: { description: 'How long it may be quiet and still count as live.' },
        archive: { description: 'An archive never holds the watermark back.' },
        reporters: {
          description:
            'Ids of the keys, or `oidc:` and a subject, that may report as it; null: all that may report. Left out: as before.'
        }
      },
      example: { reliability: 'B', latenessDays: 3, cadenceDays: 1 }
    },
    answers: {
      200: { description: 'The source, which was there.', schema: ref('SourceShown'), headers },
      201: { description: 'The new source.', schema: ref('SourceShown'), headers }
    },
    problems: [...writing, 'too-many']
  },
  'GET /v1/keys': {
    id: 'listKeys',
    tag: 'Administration',
    summary: 'List keys',
    description: 'Those that lie within the theatres and the handling of the key that asks.',
    headers,
    answers: { 200: { description: 'Keys, without secrets.', schema: ref('KeyList') } }
  },
  'POST /v1/keys': {
    id: 'createKey',
    tag: 'Administration',
    summary: 'Make a key',
    description:
      'It may do no more, reaches no further, and ends no later, than the key that makes it; where that has limits of its own, it needs the same or lower ones. Tokens make none.',
    headers,
    body: {
      members: {
        name: { description: 'Who holds it, for lists and logs.' },
        scopes: { description: 'What it may do.' },
        theatres: { description: 'Where it may do it. Default: everywhere.' },
        handling: { description: 'The strictest that it may see. Default: `internal`.' },
        expiresAt: { description: 'An instant with its offset; null or left out: never.' },
        limits: { description: 'What it may ask for, instead of what the settings say. Bodies are measured as sent.' }
      },
      example: { name: 'field office 7', scopes: ['reports:write'], theatres: ['sahel'] }
    },
    answers: { 201: { description: 'The key. Its secret is in this answer alone.', schema: ref('KeyMade'), headers } },
    problems: [...writing, 'too-many']
  },
  'POST /v1/keys/:id/rotation': {
    id: 'rotateKey',
    tag: 'Administration',
    summary: 'Give a key a new secret',
    description:
      'The key stays the same. Earlier secrets work on until their overlap ends; with `overlapHours` 0 all of them end at once. At most four overlap. Needs a key that may do as much, and ends no sooner; no token. What lies beyond the theatres or the handling of the key that asks is not found.',
    path: { id: 'The `keyId`.' },
    headers,
    body: {
      members: { overlapHours: { description: 'How long the secret that is replaced works on, hours.' } },
      example: { overlapHours: 24 }
    },
    answers: { 200: { description: 'The key. Its new secret is in this answer alone.', schema: ref('KeyRotated'), headers } },
    problems: [...writing, 'action-refused']
  },
  'DELETE /v1/keys/:id': {
    id: 'revokeKey',
    tag: 'Administration',
    summary: 'Revoke a key',
    description:
      'At once and for good, with the sessions and links that were made with it. What lies beyond the theatres or the handling of the key that asks is not found.',
    path: { id: 'The `keyId`.' },
    headers,
    answers: { 204: { description: 'The key is no longer good.', headers } },
    problems: writing
  }
}
