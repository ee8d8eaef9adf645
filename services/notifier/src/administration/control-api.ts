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
      'The area is a list of countries or a polygon. Theatres must not overlap. A change of area applies from now on. The clock cannot be changed. Needs a key cleared for `restricted`; one for some theatres may not extend their area.',
    path: { id: 'Lower-case letters, digits, hyphens and underscores.' },
    headers: [...headers, 'if-match of a version'],
    body: {
      members: {
        id: { description: 'As in the path.' },
        countries: { description: 'ISO 3166-1 alpha-2.' },
        polygon: {
          description:
            'A GeoJSON Polygon or MultiPolygon, or its rings of [lon, lat]; at most 2,000 positions.'
        },
        clock: {
          description: '`wall`: the machine’s clock. `replay`: time advances by posted ticks.'
        },
        retentionDays: {
          description:
            'How far back reports can still change alerts: at least 90 days more than any rule of the theatre looks back.'
        }
      },
      example: { countries: ['ML', 'BF', 'NE'], clock: 'wall' }
    },
    answers: {
      200: { description: 'The existing theatre.', schema: ref('TheatreShown'), headers },
      201: { description: 'The new theatre.', schema: ref('TheatreShown'), headers }
    },
    problems: [...writing, 'action-refused', 'too-many']
  },
  'POST /v1/theatres/:id/ticks': {
    id: 'tickTheatre',
    tag: 'Administration',
    summary: 'Advance the time of a replay theatre',
    description: 'Needs a key cleared for `restricted`.',
    path: { id: 'Id of a theatre with a replay clock.' },
    headers,
    body: {
      members: {
        to: { description: 'A whole minute, later than the last tick.' },
        leap: {
          description:
            'Allows a step of more than 400 days, which is otherwise refused as a mistake.'
        }
      },
      example: { to: '2025-06-02T09:00:00Z' }
    },
    answers: {
      200: { description: 'The time of the theatre.', schema: ref('TickTaken'), headers }
    },
    problems: [...writing, 'tick-refused']
  },
  'POST /v1/theatres/:id/time': {
    id: 'setTheatreTime',
    tag: 'Administration',
    summary: 'Set the time of a theatre',
    description:
      'For a theatre that a wrong clock has put into the future, or that waits because the clock is too far ahead. If the time is set back, all records of the theatre are folded again. Needs a key cleared for `restricted`.',
    path: { id: 'Id of a theatre.' },
    headers,
    body: {
      members: {
        to: {
          description:
            'A whole minute. Omitted: now, for a theatre on the wall clock; required for a replay.'
        },
        reason: { description: 'The reason, recorded in the log.' }
      },
      example: { reason: 'The clock of the machine was wrong at its first start.' }
    },
    answers: {
      200: { description: 'The time of the theatre.', schema: ref('TickTaken'), headers }
    },
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
      'Properties that reports cannot set. Needs a key for all theatres, cleared for `restricted`.',
    path: { id: 'Id of the source, as in reports.' },
    headers: [...headers, 'if-match of a version'],
    body: {
      members: {
        id: { description: 'As in the path.' },
        reliability: { description: 'Admiralty code.' },
        latenessDays: { description: 'Usual delay of its reports, days.' },
        cadenceDays: { description: 'How long it may be silent and still count as live, days.' },
        archive: { description: 'An archive never holds the watermark back.' },
        reporters: {
          description:
            'Ids of the keys, or `oidc:` and a subject, that may report as it; null: all. Omitted: unchanged.'
        }
      },
      example: { reliability: 'B', latenessDays: 3, cadenceDays: 1 }
    },
    answers: {
      200: { description: 'The existing source.', schema: ref('SourceShown'), headers },
      201: { description: 'The new source.', schema: ref('SourceShown'), headers }
    },
    problems: [...writing, 'action-refused', 'too-many']
  },
  'GET /v1/keys': {
    id: 'listKeys',
    tag: 'Administration',
    summary: 'List keys',
    description: 'Keys within the theatres and the handling of the requesting key.',
    headers,
    answers: { 200: { description: 'Keys, without secrets.', schema: ref('KeyList') } }
  },
  'POST /v1/keys': {
    id: 'createKey',
    tag: 'Administration',
    summary: 'Create a key',
    description:
      'The new key may not exceed the requesting key in scopes, theatres, handling, lifetime or limits. Tokens cannot create keys.',
    headers: [...headers, 'idempotency-key of an act'],
    body: {
      members: {
        name: { description: 'Name of the holder, for lists and logs.' },
        scopes: { description: 'Its permissions.' },
        theatres: { description: 'Its theatres. Default: all.' },
        handling: { description: 'The strictest handling that it may see. Default: `internal`.' },
        expiresAt: { description: 'An instant with its UTC offset; null or omitted: never.' },
        limits: {
          description: 'Its limits, instead of those in the settings. Sizes of bodies are as sent.'
        }
      },
      example: { name: 'field office 7', scopes: ['reports:write'], theatres: ['sahel'] }
    },
    answers: {
      201: {
        description: 'The key. Its secret is shown only in this answer.',
        schema: ref('KeyMade'),
        headers
      }
    },
    problems: [...writing, 'too-many']
  },
  'POST /v1/keys/:id/rotation': {
    id: 'rotateKey',
    tag: 'Administration',
    summary: 'Rotate the secret of a key',
    description:
      'The key stays the same. Earlier secrets, at most four, stay valid until their overlap ends. Needs a key, not a token, with at least the same rights and lifetime.',
    path: { id: 'The `keyId`.' },
    headers: [...headers, 'idempotency-key of an act'],
    body: {
      required: false,
      members: {
        overlapHours: { description: 'How long the replaced secret stays valid, hours.' }
      },
      example: { overlapHours: 24 }
    },
    answers: {
      200: {
        description: 'The key. Its new secret is shown only in this answer.',
        schema: ref('KeyRotated'),
        headers
      }
    },
    problems: [...writing, 'action-refused']
  },
  'POST /v1/keys/:id/sign-in-links': {
    id: 'createSignInLinkOfKey',
    tag: 'Administration',
    summary: 'Create a sign-in link for the holder of a key',
    description:
      'The browser that opens it gets the permissions of that key, until the key expires, is revoked, or loses its newest secret. Needs a key, not a token, with at least the same rights and lifetime.',
    path: { id: 'The `keyId`.' },
    headers,
    answers: {
      201: {
        description: 'A link that works once and for a limited time.',
        schema: ref('SignInLink'),
        headers
      }
    },
    problems: [...writing, 'action-refused']
  },
  'DELETE /v1/keys/:id': {
    id: 'revokeKey',
    tag: 'Administration',
    summary: 'Revoke a key',
    description: 'Permanent and immediate, including its sessions and sign-in links.',
    path: { id: 'The `keyId`.' },
    headers,
    answers: { 204: { description: 'The key is revoked.', headers } },
    problems: writing
  }
}
