// The words of the reporter's page, in the language of the browser.

import { type Catalogue, language } from '../language.ts'
import { reporterEn } from './en.ts'
import { reporterFr } from './fr.ts'

export type ReporterWords = Catalogue<typeof reporterEn>

const catalogues = { en: reporterEn, fr: reporterFr }

export const reporterWords: ReporterWords = catalogues[language]
