import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';

/** What is looked for: all of the words, the last perhaps unfinished; or, in place of each, one of several that are spelled alike. */
export type SearchQuery = { readonly words: readonly string[] } | { readonly alternatives: readonly (readonly string[])[] };

/** How alike a word must be to stand in for another, from 0 to 1: "cokware" and "cookware" are to 0.7, "tshirt" and "shirt" to 0.44. */
const LEAST_SIMILARITY = sql.lit(0.4);
/** Or else it is this few edits away, of a word that is long enough for them: "cushoin" and "cushion" are alike to 0.33. The function takes no word of 256 letters. */
const FEW_EDITS = sql`length(asked.word) between 6 and 40 and levenshtein_less_equal(known.word, asked.word, 2) <= 2`;
/** Words that may stand in for one. */
const MOST_ALTERNATIVES = sql.lit(3);

/**
 * For each word, in order, itself when the catalogue knows it, else the words of the catalogue that look most like it; none when nothing does. Served by
 * `search_words_trigrams`.
 */
export async function alikeWords(executor: QueryExecutorProvider, words: readonly string[]): Promise<string[][]> {
  const { rows } = await alikeWordsQuery(words).execute(executor);
  return rows.map(({ alike }) => alike);
}

/** The statement of `alikeWords`. The operator `%` narrows by the index, at its own threshold of 0.3. */
export function alikeWordsQuery(words: readonly string[]): RawBuilder<{ alike: string[] }> {
  return sql`
    select array(
      select known.word from search_words known
      where known.word % asked.word and (similarity(known.word, asked.word) >= ${LEAST_SIMILARITY} or ${FEW_EDITS})
        and (known.word = asked.word or not exists (select from search_words same where same.word = asked.word))
      order by similarity(known.word, asked.word) desc, known.word limit ${MOST_ALTERNATIVES}
    ) as alike
    from unnest(${words}::text[]) with ordinality as asked (word, position) order by asked.position`;
}

/** The query as PostgreSQL's full text search takes it. The words are parameters and go through `plainto_tsquery`: nothing in them is an operator. */
export function tsqueryOf(query: SearchQuery): RawBuilder<unknown> {
  if ('words' in query) return sql`(${whole(query.words.slice(0, -1))} && ${perhapsUnfinished(query.words.at(-1) ?? '')})`;
  const groups = query.alternatives.map((alike) => sql`(${sql.join(alike.map((word) => whole([word])), sql` || `)})`); // prettier-ignore
  return sql`(${sql.join(groups, sql` && `)})`;
}

function whole(words: readonly string[]): RawBuilder<unknown> {
  return sql`plainto_tsquery('english', ${words.join(' ')})`;
}

/** The vector holds stems, so a whole word must be stemmed and the beginning of one must not. A word without a stem ("for") is left out. */
function perhapsUnfinished(word: string): RawBuilder<unknown> {
  const stemmed = whole([word]);
  return sql`case when numnode(${stemmed}) = 0 then ${stemmed} else ${stemmed} || to_tsquery('simple', ${`${word}:*`}) end`;
}
