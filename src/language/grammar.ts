// The compiled grammar. The text lives in `grammar/pipe.ohm`; this file only loads it, once, when first needed. A build has it
// compiled beside this file (`scripts/recipe.mjs`), which saves a fifth of a second at every start.
import { existsSync, readFileSync } from "node:fs";
import { type Grammar, grammar, makeRecipe, type Node, type Semantics } from "ohm-js";

/** A concrete syntax tree without any of Ohm's machinery: rule name, offsets, children. */
export interface Tree {
  readonly rule: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly children: readonly Tree[];
}

let loaded: { readonly grammar: Grammar; readonly semantics: Semantics } | undefined;

export function pipeGrammar(): Grammar {
  return load().grammar;
}

/** Matches `text` against one rule: its tree, or where and what was expected. */
export function match(text: string, rule: string): { readonly tree: Tree } | { readonly at: number; readonly expected: string } {
  const { grammar, semantics } = load();
  const result = grammar.match(text, rule);
  if (!result.failed()) return { tree: semantics(result).tree() };
  const message = result.message;
  const expected = message.slice(message.lastIndexOf("\nExpected ") + "\nExpected ".length);
  return { at: result.getRightmostFailurePosition(), expected };
}

let words: ReadonlySet<string> | undefined;
/** The words that cannot be names. */
export function keywords(): ReadonlySet<string> {
  words ??= new Set(Object.keys(pipeGrammar().rules).filter((rule) => pipeGrammar().match(rule, "keyword").succeeded()));
  return words;
}

function load() {
  if (loaded === undefined) {
    const recipe = new URL("./pipe.recipe.json", import.meta.url);
    const pipe = existsSync(recipe)
      ? makeRecipe(JSON.parse(readFileSync(recipe, "utf8")))
      : grammar(readFileSync(new URL("../../grammar/pipe.ohm", import.meta.url), "utf8"));
    const semantics = pipe.createSemantics();
    semantics.addOperation<Tree>("tree", {
      _nonterminal(...children: Node[]): Tree {
        return tree(this, this.isLexical() ? [] : children);
      },
      _iter(...children: Node[]): Tree {
        return tree(this, children);
      },
      _terminal(): Tree {
        return tree(this, []);
      },
    });
    loaded = { grammar: pipe, semantics };
  }
  return loaded;
}

function tree(node: Node, children: readonly Node[]): Tree {
  const { startIdx, endIdx, contents } = node.source;
  const built: Tree[] = children.map((child) => child.tree());
  return { rule: node.ctorName, from: startIdx, to: endIdx, text: contents, children: built };
}
