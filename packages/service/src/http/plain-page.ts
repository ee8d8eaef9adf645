// Short pages, for people who are not at the console: without script, light or dark as their system
// is. The style is a separate file, since the content security policy allows no inline content.

import type { FastifyInstance, FastifyReply } from 'fastify'
import './fastify-augmentation.ts'

/**
 * Only the style is loaded. Without any referrer a browser would send a form with `Origin: null`,
 * which the guard refuses; other origins get no address.
 */
const plainPageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin'
} as const

const stylePath = '/sign-in/page.css'
const style = `:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #141c26);
  --ground: light-dark(#eef1f5, #0b1118);
  --ink: light-dark(#14202e, #e8eef5);
  --line: light-dark(#c7d0db, #33414f);
  --accent: light-dark(#0b4f8a, #8cc4f5);
  --accent-ink: light-dark(#ffffff, #07131f);
  font: 1rem / 1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
body {
  margin: 0;
  padding: 8vh 1rem 2rem;
  background: var(--ground);
  color: var(--ink);
}
main {
  max-inline-size: 34rem;
  margin-inline: auto;
  padding: 1.5rem;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 8px;
}
h1 {
  margin-block: 0 0.8rem;
  font-size: 1.5rem;
}
p {
  margin-block: 0.8rem 0;
  overflow-wrap: anywhere;
}
a {
  color: var(--accent);
}
h2 {
  margin-block: 1.6rem 0;
  font-size: 1.15rem;
}
input,
select,
textarea {
  padding: 0.3rem;
  max-inline-size: 100%;
  box-sizing: border-box;
  border: 1px solid var(--line);
  border-radius: 5px;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
textarea {
  inline-size: 100%;
}
pre {
  margin-block: 0.5rem 0;
  padding: 0.6rem 0.8rem;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  background: var(--ground);
}
button {
  padding: 0.5rem 1.4rem;
  border: 1px solid var(--accent);
  border-radius: 5px;
  background: var(--accent);
  color: var(--accent-ink);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
:focus-visible {
  outline: 3px solid var(--ink);
  outline-offset: 2px;
}
`

export function addPlainPageStyle(app: FastifyInstance): void {
  app.get(stylePath, { config: { access: 'open' } }, async (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=3600')
      .type('text/css; charset=utf-8')
      .send(style)
  )
}

/** A page with this heading. `content` is markup: external text must go through `formatText`. */
export function plainPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tocsin: ${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${stylePath}">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
}

export function sendPlainPage(
  reply: FastifyReply,
  status: number,
  title: string,
  content: string
): FastifyReply {
  return reply
    .code(status)
    .headers(plainPageHeaders)
    .type('text/html; charset=utf-8')
    .send(plainPage(title, content))
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

/** A text escaped for markup, and for the value of an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => escapes[sign] as string)
}

/** A text as markup, in its own direction of writing: names are free text. */
export function formatText(text: string): string {
  return `<bdi>${escaped(text)}</bdi>`
}
