// The names of categories. Not among the words: both languages would bring a file of their own for
// what they share.

import { categoryNames, namesIn } from '@tocsin/contracts/incident/incident-names'
import { language } from '../words/words.ts'

export type Category = keyof typeof categoryNames

export const nameCategories = () => namesIn(categoryNames, language.value)
