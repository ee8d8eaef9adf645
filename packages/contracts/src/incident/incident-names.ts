// Kinds of incident and tactics as people name them, within a sentence. Codes are for programs.

import type { Category } from '../theatre/report.ts'

export const categoryNames: Readonly<Partial<Record<Category, string>>> = {
  'attack-on-civilians': 'attack on civilians',
  'infrastructure-destroyed': 'destruction of infrastructure',
  'movement-denied': 'movement denied',
  'aid-denied': 'aid denied',
  'access-restored': 'access restored',
  'territory-seized': 'seizure of territory',
  'imposed-rule': 'imposed rule',
  'food-insecurity': 'hunger',
  'school-closure': 'closure of schools',
  'air-strike': 'air strike',
  other: 'other incident'
}

export const tacticNames: Readonly<Record<string, string>> = {
  'base-overrun': 'base overrun',
  'aid-denied': 'aid denied',
  'movement-denied': 'movement denied',
  'fuel-blockade': 'blockade of fuel',
  'road-block': 'road block',
  convoy: 'attack on a convoy',
  ied: 'improvised bomb',
  suicide: 'suicide attack',
  drone: 'drone attack',
  'mass-grave': 'mass grave',
  'hostage-video': 'video of hostages',
  tax: 'forced taxes',
  'school-closure': 'closure of schools',
  'leader-killed': 'killing of a leader',
  'no-medical-care': 'no medical care',
  'mass-displacement': 'mass displacement',
  'ordered-departure': 'staff ordered to leave'
}

/** A category for people: `attack on civilians`. Pure. */
export function categoryName(category: string): string {
  return own(categoryNames, category) ?? wordsOfCode(category)
}

/** The words of a code without a name of its own: `health-facility` as `health facility`. Pure. */
export function wordsOfCode(code: string): string {
  return code.replaceAll('-', ' ')
}

function own(names: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(names, code) ? names[code] : undefined
}
