// Keys that act by themselves, without a modifier, and the palette that lists them. Users of voice
// control switch them off: a word must not act as a row of keys. The switch is in the address, as
// is all stored state.

import { computed, signal } from '@preact/signals'
import { address, setAddress } from './address.ts'

const [member, off] = ['keys', 'off']

export const areSingleKeys = computed(() => address.value.get(member) !== off)

export function switchSingleKeys(areOn: boolean): void {
  setAddress({ [member]: areOn ? null : off })
}

/** What keys do, by key. */
export type KeyActions = Readonly<Record<string, () => void>>

/** What they do at the open alert. */
export const alertKeys = signal<KeyActions>({})

/** What keys did where the palette was opened; null: it is closed. */
export const palette = signal<KeyActions | null>(null)
