// Keys, what is typed of a new one, and secrets that were made here and not yet stored.

import { signal } from '@preact/signals'
import { keys } from '../http/keys.ts'
import { blankKey, keyFields } from '../upkeep/administration.ts'
import { pathsIn } from '../upkeep/field-table.ts'
import { command } from './command.ts'
import { form } from './form-draft.ts'
import { resource } from './resource.ts'
import { holdTyped } from './session/typed.ts'

export const keyList = resource(() => keys.list())
export const newKey = form('key', () => blankKey, { fields: pathsIn(keyFields) })
export const changingKey = command()

export interface HeldSecret {
  readonly title: string
  readonly value: string
  readonly more: string
}

/** Made here and not yet said to be stored, oldest first. */
export const heldSecrets = signal<readonly HeldSecret[]>([])

export function holdSecret(secret: HeldSecret): void {
  heldSecrets.value = [...heldSecrets.value, secret]
}

export function dropSecret(value: string): void {
  heldSecrets.value = heldSecrets.value.filter(each => each.value !== value)
}

holdTyped('secret', () => heldSecrets.value.length)
