// Which areas adjoin, once the base map is there.

import { signal } from '@preact/signals'

export const adjoining = signal<ReadonlyMap<string, readonly string[]>>(new Map())
