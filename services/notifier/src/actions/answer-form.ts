// What the page behind a link sends: an empty body, which means that somebody has the alert, or
// what was done, in the fields of its form. Pure. A page without script does not know the local
// time of its reader, so it asks how long ago something was done, not at what time of day.

import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import {
  type PartnersDeed,
  type ResponseKind,
  responseKinds
} from '@tocsin/contracts/theatre/theatre-record'
import { lacksReason, written } from './deed-body.ts'

/** Most of a form that is read: each of 4,000 characters takes up to 9 bytes as forms are sent. */
export const formBytesMax = 64 * 1024

/** The fields as they were typed. */
export interface DeedFields {
  readonly kind: string
  readonly hours: string
  readonly minutes: string
  readonly text: string
}

export type PressedForm =
  /** The button for "a human has it". */
  | { readonly kind: 'has-it' }
  /** `once`: the same for the same fields. */
  | {
      readonly kind: 'done'
      readonly deed: PartnersDeed
      readonly once: string
      readonly fields: DeedFields
    }
  | { readonly kind: 'fault'; readonly fault: string; readonly fields: DeedFields }

const fieldNames = ['kind', 'hours', 'minutes', 'text'] as const
const pattern = new RegExp(saidTextPattern, 'u')
/** Largest number of hours in the fields: the alert decides which are allowed. */
const hoursMax = 10_000

/**
 * The content of a form, by the time of its alert, ISO 8601. `body`: as browsers send it; null:
 * there was none.
 */
export function pressedForm(body: string | null, now: string): PressedForm {
  // The button sends no body. A form with other fields is not treated as a press of it: what was
  // done would be lost.
  if (body === null || body === '') return { kind: 'has-it' }
  const form = new URLSearchParams(body)
  const kind = form.get('kind') ?? ''
  const [hours = '', minutes = '', text = ''] = ['hours', 'minutes', 'text'].map(name =>
    (form.get(name) ?? '').replaceAll('\r\n', '\n').trim()
  )
  const fields = { kind, hours, minutes, text }
  const refused = (fault: string) => ({ kind: 'fault', fault, fields }) as const
  const twice = fieldNames.find(name => form.getAll(name).length > 1)
  if (twice !== undefined) return refused(`The form has ${twice} twice.`)
  if (!isKind(kind)) return refused('Choose what was done.')
  const [hoursAgo, minutesAgo] = [makeWhole(hours, hoursMax), makeWhole(minutes, hoursMax * 60)]
  if (hoursAgo === null || minutesAgo === null)
    return refused(
      `Hours and minutes must be whole numbers, of at most ${hoursMax} hours, or left empty.`
    )
  if (text.length > written.maxLength)
    return refused(`The words must be at most ${written.maxLength} characters.`)
  if (!pattern.test(text))
    return refused('The words have a character that cannot be kept, or none that is seen.')
  if (lacksReason({ kind, text })) return refused('Say why nothing is done.')
  const agoMs = (hoursAgo * 60 + minutesAgo) * 60_000
  const at = agoMs === 0 ? null : new Date(Date.parse(now) - agoMs).toISOString()
  const once = JSON.stringify([kind, hoursAgo, minutesAgo, text])
  return { kind: 'done', deed: { kind, at, text: text === '' ? null : text }, once, fields }
}

/** A whole number of a field; null if it is none. Empty is 0. */
function makeWhole(text: string, max: number): number | null {
  const value = text === '' ? 0 : Number(text)
  return /^\d*$/.test(text) && value <= max ? value : null
}

function isKind(text: string): text is ResponseKind {
  return (responseKinds as readonly string[]).includes(text)
}
