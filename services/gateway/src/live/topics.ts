import { UbotError } from '@ubot/contracts';
import { createTopic, type Topic, type TopicOptions } from './topic.ts';

/** Counted over the whole process; a topic keeps its number while anybody reads it. */
export type NextNumber = () => number;

const LARGEST_NUMBER = 4_294_967_295;

export function createNumbers(): NextNumber {
  let number = 0;
  return () => {
    number = number === LARGEST_NUMBER ? 1 : number + 1;
    return number;
  };
}

/** Topics by what they are of, made when the first reader asks and forgotten with the last. */
export interface TopicTable<Subject> {
  get(key: string, subject: Subject): Topic;
  /** Forgets the topic when nobody reads it any more. */
  release(key: string): void;
  entries(): Iterable<{ topic: Topic; subject: Subject }>;
}

/** Errors: `get` throws LIMIT_REACHED when the process follows as many as it can. */
export function createTopicTable<Subject>(options: {
  limit: number;
  nextNumber: NextNumber;
  topicOf: (subject: Subject, topicNumber: number) => Omit<TopicOptions, 'number'>;
}): TopicTable<Subject> {
  const byKey = new Map<string, { topic: Topic; subject: Subject }>();
  return {
    get(key, subject) {
      const known = byKey.get(key);
      if (known !== undefined) return known.topic;
      if (byKey.size >= options.limit) {
        throw new UbotError('LIMIT_REACHED', 'The server follows as many different things as it can; try a wider one.');
      }
      const number = options.nextNumber();
      const topic = createTopic({ number, ...options.topicOf(subject, number) });
      byKey.set(key, { topic, subject });
      return topic;
    },
    release(key) {
      if (byKey.get(key)?.topic.isRead() === false) byKey.delete(key);
    },
    entries: () => [...byKey.values()],
  };
}
