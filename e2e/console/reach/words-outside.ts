// Finds words for people in source text: what a page would show or say without the catalogue. By
// the syntax tree, so that a code, a class or a comparison is not taken for a word.

import ts from 'typescript'

/** Attributes and members that a person reads or hears, of elements and of components. */
const readOut = new Set([
  ...[
    'title',
    'aria-label',
    'aria-description',
    'aria-roledescription',
    'aria-valuetext',
    'aria-placeholder'
  ],
  ...[
    'placeholder',
    'alt',
    'label',
    'text',
    'lead',
    'hint',
    'question',
    'fault',
    'more',
    'detail',
    'attribution'
  ]
])
/** Functions that say a text to a screen reader, or show it as what came of a press. */
const sayers = /^(?:announce|say|setTold|setFault|alert|confirm|prompt)$/
/** What is set to be read: `politely.value`, `document.title`. */
const shownMembers =
  /(?:^|\.)(?:politely\.value|atOnce\.value|document\.title|textContent|innerText|ariaLabel|title|placeholder)$/

export interface Offence {
  readonly line: number
  readonly kind: 'text' | 'attribute' | 'announcement' | 'member'
  readonly words: string
}

/** In the order of the text. */
export function wordsIn(path: string, text: string): readonly Offence[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: Offence[] = []
  const add = (node: ts.Node, kind: Offence['kind'], literals: readonly string[]) => {
    for (const words of literals.filter(hasWord))
      found.push({
        line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1,
        kind,
        words: words.trim()
      })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) add(node, 'text', [node.text])
    else if (
      ts.isJsxExpression(node) &&
      node.expression !== undefined &&
      !ts.isJsxAttribute(node.parent)
    )
      add(node, 'text', literalsOf(node.expression))
    else if (ts.isJsxAttribute(node) && readOut.has(node.name.getText()))
      add(node, 'attribute', ofAttribute(node))
    else if (
      ts.isCallExpression(node) &&
      sayers.test(node.expression.getText().replace(/^.*\./s, ''))
    )
      add(node, 'announcement', node.arguments.flatMap(literalsOf))
    else if (isAssignment(node) && shownMembers.test(node.left.getText()))
      add(node, 'announcement', literalsOf(node.right))
    else if (ts.isPropertyAssignment(node) && readOut.has(nameOf(node.name)))
      add(node, 'member', literalsOf(node.initializer))
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

function hasWord(text: string): boolean {
  return /\p{L}/u.test(text)
}

function ofAttribute({ initializer }: ts.JsxAttribute): readonly string[] {
  if (initializer === undefined) return []
  if (ts.isStringLiteral(initializer)) return [initializer.text]
  return ts.isJsxExpression(initializer) && initializer.expression !== undefined
    ? literalsOf(initializer.expression)
    : []
}

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
}

function nameOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : ''
}

const joins = new Set([
  ...[
    ts.SyntaxKind.PlusToken,
    ts.SyntaxKind.QuestionQuestionToken,
    ts.SyntaxKind.BarBarToken,
    ts.SyntaxKind.CommaToken
  ]
])
/** Calls on a list whose items are shown, and those that show what a function makes of each. */
const [keeps, makes] = [
  new Set(['filter', 'join', 'concat', 'slice', 'sort', 'toSorted']),
  new Set(['map', 'flatMap'])
]

/**
 * The literals that an expression may come to; what is only compared or looked up by is not among
 * them.
 */
function literalsOf(node: ts.Node): readonly string[] {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text]
  if (ts.isTemplateExpression(node))
    return [
      node.head.text,
      ...node.templateSpans.flatMap(({ expression, literal }) => [
        ...literalsOf(expression),
        literal.text
      ])
    ]
  if (ts.isConditionalExpression(node))
    return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)]
  if (ts.isBinaryExpression(node)) {
    if (joins.has(node.operatorToken.kind))
      return [...literalsOf(node.left), ...literalsOf(node.right)]
    return node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
      ? literalsOf(node.right)
      : []
  }
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isSpreadElement(node)
  )
    return literalsOf(node.expression)
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(literalsOf)
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return literalsOf(node.body)
  if (ts.isCallExpression(node)) return ofCall(node)
  return []
}

function ofCall({ expression, arguments: given }: ts.CallExpression): readonly string[] {
  if (!ts.isPropertyAccessExpression(expression)) return []
  const { name, expression: list } = expression
  return [
    ...(keeps.has(name.text) ? literalsOf(list) : []),
    ...(makes.has(name.text) ? given.flatMap(literalsOf) : [])
  ]
}
