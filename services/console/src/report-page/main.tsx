// Draws the reporter's page. Its styles are in the script, so that the page needs two files and
// its words.

import { render } from 'preact'
import baseStyle from '../style/base.css?inline'
import tokens from '../style/tokens.css?inline'
import { keepFocus } from '../view/kept-focus.ts'
import { language, loadWords, speak, words } from '../words/words.ts'
import pageStyle from './page.css?inline'
import { Page } from './page.tsx'
import { begin, isOnline, noteRemovedDraft, openById } from './reporter-state.ts'

async function start(place: HTMLElement): Promise<void> {
  document.adoptedStyleSheets = [tokens, baseStyle, pageStyle].map(text => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    return sheet
  })
  await Promise.all([
    speak(new URLSearchParams(location.search).get('language')),
    loadWords('report')
  ])
  document.documentElement.lang = language.value
  document.title = `${words.report.newReport} · Tocsin`
  addEventListener('storage', noteRemovedDraft)
  addEventListener('online', () => {
    isOnline.value = true
  })
  addEventListener('offline', () => {
    isOnline.value = false
  })
  // A page that a browser kept and shows again may be of somebody who has signed out since.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload()
  })
  render(<Page />, place)
  keepFocus()
  await begin()
  const item = new URLSearchParams(location.search).get('item')
  if (item !== null) await openById(item)
}

const place = document.getElementById('console')
if (place === null) throw new Error('the page has no place for the form')
void start(place)
