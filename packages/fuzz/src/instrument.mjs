import { parse } from 'acorn'
import { full } from 'acorn-walk'

/** The global in which instrumented code finds its counters. */
const PROBES = 'seashellProbes'

/** A text shorter or longer than this is not worth trying as part of an input. */
const WORD_LENGTHS = { min: 2, max: 48 }

/**
 * A change to the code: the text replaces what stands between `at` and `end`.
 *
 * @typedef {{ at: number, end: number, text: string, sort: 'close' | 'replace' | 'open' }} Edit
 */

const sorts = ['close', 'replace', 'open']

/**
 * Puts a counter on every edge of a module, and a look on every `===` and every length of new memory: coverage-guided fuzzing needs to know
 * where a run went, what it was compared with, and what it asked for.
 */
export class Instrumenter {
  /** How many counters there are so far. */
  edges = 0
  /** The texts in the code: what parsers look for. @type {Set<string>} */
  words = new Set()
  /** @type {Edit[]} */
  #edits = []
  #code = ''

  /**
   * @param {string} code an ES module
   * @returns {string} the same, instrumented
   */
  instrument(code) {
    this.#edits = []
    this.#code = code
    full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => this.#visit(node))
    let [result, done] = ['', 0]
    for (const { at, end, text } of inOrder(this.#edits)) {
      result += code.slice(done, at) + text
      done = end
    }
    return `const { counters: __c, equal: __eq, size: __sz } = globalThis.${PROBES};\n${result}${code.slice(done)}`
  }

  /** @param {any} node */
  #visit(node) {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'CatchClause':
        return this.#block(node.body)
      case 'ArrowFunctionExpression':
        return node.body.type === 'BlockStatement' ? this.#block(node.body) : this.#expression(node.body)
      case 'IfStatement':
        this.#statement(node.consequent)
        return node.alternate && this.#statement(node.alternate)
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        return this.#statement(node.body)
      case 'SwitchCase':
        return node.consequent[0] && this.#open(node.consequent[0].start, `${this.#count()};`)
      case 'ConditionalExpression':
        this.#expression(node.consequent)
        return this.#expression(node.alternate)
      case 'LogicalExpression':
      case 'AssignmentPattern':
        return this.#expression(node.right)
      case 'BinaryExpression':
        return this.#comparison(node)
      case 'NewExpression':
        return this.#allocation(node)
      case 'Literal':
        return this.#word(node.value)
      case 'TemplateElement':
        return this.#word(node.value.cooked)
    }
  }

  #count() {
    return `__c[${this.edges++}]++`
  }

  /** @param {{ start: number }} node */
  #block({ start }) {
    this.#open(start + 1, `${this.#count()};`)
  }

  /** @param {{ type: string, start: number, end: number }} node */
  #statement(node) {
    if (node.type === 'BlockStatement') return this.#block(node)
    this.#open(node.start, `{${this.#count()};`)
    this.#close(node.end, '}')
  }

  /** @param {{ start: number, end: number }} node */
  #expression({ start, end }) {
    this.#open(start, `(${this.#count()},`)
    this.#close(end, ')')
  }

  /** @param {any} node */
  #comparison({ operator, left, right, start, end }) {
    if ((operator !== '===' && operator !== '!==') || !mayBeText(left) || !mayBeText(right)) return
    // In parentheses an operand ends before its text does.
    if (this.#code.slice(left.end, right.start).trim() !== operator) return
    this.#open(start, operator === '===' ? '__eq(' : '!__eq(')
    this.#edits.push({ at: left.end, end: right.start, text: ',', sort: 'replace' })
    this.#close(end, ')')
  }

  /** @param {any} node */
  #allocation({ callee, arguments: [length, ...more] }) {
    const isMemory = callee.type === 'Identifier' && (callee.name === 'Uint8Array' || callee.name === 'ArrayBuffer')
    if (!isMemory || !length || more.length > 0 || length.type === 'Literal' || length.type === 'SpreadElement') return
    this.#open(length.start, '__sz(')
    this.#close(length.end, ')')
  }

  /** @param {unknown} value */
  #word(value) {
    if (typeof value === 'string' && value.length >= WORD_LENGTHS.min && value.length <= WORD_LENGTHS.max) this.words.add(value)
  }

  /** @param {number} at @param {string} text */
  #open(at, text) {
    this.#edits.push({ at, end: at, text, sort: 'open' })
  }

  /** @param {number} at @param {string} text */
  #close(at, text) {
    this.#edits.push({ at, end: at, text, sort: 'close' })
  }
}

/**
 * From left to right. At one place: what ends there before what begins; of what ends the inner before the outer, which is the order in which
 * acorn-walk visits them; of what begins the other way round.
 *
 * @param {Edit[]} edits
 */
function inOrder(edits) {
  const numbered = edits.map((edit, index) => ({ ...edit, order: edit.sort === 'open' ? -index : index }))
  return numbered.toSorted(
    (one, other) => one.at - other.at || sorts.indexOf(one.sort) - sorts.indexOf(other.sort) || one.order - other.order,
  )
}

/** @param {any} node an operand */
function mayBeText({ type, value, name }) {
  if (type === 'Literal') return typeof value === 'string'
  return type !== 'PrivateIdentifier' && type !== 'UnaryExpression' && name !== 'undefined'
}
