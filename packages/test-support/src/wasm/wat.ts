/** Folded WebAssembly text: an expression, or a statement. */
export type Wat = string

/** Several statements as one. */
export function block(...statements: readonly Wat[]): Wat {
  return statements.join('\n')
}

/** A statement for each number from 0 up. */
export function repeat(times: number, statement: (index: number) => Wat): Wat {
  return block(...Array.from({ length: times }, (_, index) => statement(index)))
}

/** The value of a local. */
export const get = (local: string): Wat => `(local.get $${local})`

/** Assigns to a local. */
export const set = (local: string, value: Wat): Wat => `(local.set $${local} ${value})`

/** Assigns to a local, and is the value. */
export const tee = (local: string, value: Wat): Wat => `(local.tee $${local} ${value})`

/** An instruction on expressions. */
export const op = (instruction: string, ...operands: readonly Wat[]): Wat => `(${instruction} ${operands.join(' ')})`

/** An i32 that is known now. */
export const i32 = (value: number): Wat => `(i32.const ${value})`

/** An i64 that is known now. */
export const i64 = (value: number): Wat => `(i64.const ${value})`

/** The address of a local plus a distance that is known now, as loads and stores take it. */
export interface Place {
  readonly base: Wat
  readonly offset: number
}

/** A place whose address is known now. */
export const at = (offset: number): Place => ({ base: i32(0), offset })

/** A place relative to an address. */
export const from = (base: Wat, offset = 0): Place => ({ base, offset })

/** Loads what `instruction` loads. */
export const load = (instruction: string, { base, offset }: Place): Wat => `(${instruction} offset=${offset} ${base})`

/** Stores what `instruction` stores. */
export const store = (instruction: string, { base, offset }: Place, value: Wat): Wat => `(${instruction} offset=${offset} ${base} ${value})`

/** Where one unsigned number is below another. */
export const below = (a: Wat, b: Wat): Wat => op('i32.lt_u', a, b)

/** The sum of expressions of one type. */
export function sum(type: 'i32' | 'i64', ...terms: readonly Wat[]): Wat {
  return terms.reduce((total, term) => op(`${type}.add`, total, term))
}

/** Statements again and again while a condition holds, which is tested first. */
export function loopWhile(condition: Wat, ...body: readonly Wat[]): Wat {
  return `(block (loop (br_if 1 (i32.eqz ${condition})) ${block(...body)} (br 0)))`
}

/** Statements as often as is known now, at least once; a local of type i32 counts. The condition comes last, for which V8 moves fewer locals. */
export function loopTimes(times: number, counter: string, ...body: readonly Wat[]): Wat {
  const next = tee(counter, op('i32.add', get(counter), i32(1)))
  return block(set(counter, i32(0)), `(loop ${block(...body)} (br_if 0 ${below(next, i32(times))}))`)
}

/** Statements if a condition holds. */
export const when = (condition: Wat, ...body: readonly Wat[]): Wat => `(if ${condition} (then ${block(...body)}))`

/** Calls a function of the module. */
export const call = (name: string, ...args: readonly Wat[]): Wat => `(call $${name} ${args.join(' ')})`

/** Makes functions callable from JavaScript. */
export const exportFunctions = (names: readonly string[]): Wat => block(...names.map((name) => `(export "${name}" (func $${name}))`))

/** What a function is made of. */
export interface FunctionParts {
  /** Its parameters, all of type i32. */
  readonly params?: readonly string[]
  readonly result?: 'i32'
  /** Its locals, by type. */
  readonly locals?: Readonly<Partial<Record<'i32' | 'i64' | 'v128', readonly string[]>>>
  readonly body: readonly Wat[]
}

/** A function. */
export function define(name: string, { params = [], result, locals = {}, body }: FunctionParts): Wat {
  const head = [
    ...params.map((param) => `(param $${param} i32)`),
    result === undefined ? '' : `(result ${result})`,
    ...Object.entries(locals).flatMap(([type, names]) => names.map((local) => `(local $${local} ${type})`)),
  ]
  return `(func $${name} ${head.join(' ')}\n${block(...body)})`
}
