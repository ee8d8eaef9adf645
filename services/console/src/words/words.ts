// The words in use. One language now: components read them from here, never from a language's own
// file.

import { en } from './en.ts'

export const words = en
