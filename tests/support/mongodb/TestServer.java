import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.EmptyIndex;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An in-memory MongoDB on a free port: prints the port, and ends when its standard input does. */
class TestServer {
    public static void main(String[] arguments) throws Exception {
        MongoServer server = new MongoServer(new Backend());
        System.out.println(server.bind().getPort());
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        server.shutdownNow();
    }

    /** Greets with the oldest wire that drivers still speak; it knows enough of it. */
    private static class Backend extends MemoryBackend {
        private static final String WIRE = "maxWireVersion";
        private static final int OF_MONGODB_4_4 = 9;

        @Override
        public Document handleCommand(
                Channel channel, String database, String command, Document query) {
            BEGINNING.set(Beginning.of(query));
            Document reply = super.handleCommand(channel, database, command, query);
            if (reply != null && reply.containsKey(WIRE)) {
                reply.put(WIRE, OF_MONGODB_4_4);
            }
            return reply;
        }

        @Override
        public MemoryDatabase openOrCreateDatabase(String name) {
            return new MemoryDatabase(name, getCursorRegistry()) {
                @Override
                protected Index<Integer> openOrCreateUniqueIndex(
                        String collection, String name, List<IndexKey> keys, boolean isSparse) {
                    return new UniqueIndex(name, keys, isSparse);
                }

                @Override
                protected Index<Integer> openOrCreateSecondaryIndex(
                        String collection, String name, List<IndexKey> keys, boolean isSparse) {
                    return new OrderedIndex(name, keys);
                }

                @Override
                protected MemoryCollection openOrCreateCollection(
                        String collection, CollectionOptions options) {
                    return new IndexedCollection(this, collection, options, getCursorRegistry());
                }
            };
        }
    }

    /** What the pipeline that is being run begins with: what its documents fulfil, how many. */
    private record Beginning(Document match, int limit) {
        static Beginning of(Document command) {
            List<?> stages = command.get("pipeline") instanceof List<?> some ? some : List.of();
            if (stages.isEmpty() || !(of(stages.get(0), "$match") instanceof Document match)) {
                return null;
            }
            Object limit = stages.size() > 1 ? of(stages.get(1), "$limit") : null;
            return new Beginning(match, limit instanceof Number number ? number.intValue() : 0);
        }

        private static Object of(Object stage, String name) {
            return stage instanceof Document fields ? fields.get(name) : null;
        }
    }

    private static final ThreadLocal<Beginning> BEGINNING = new ThreadLocal<>();

    /**
     * Finds documents by that index which the query fixes most fields of, and hands them out in its
     * order, no more than are asked for, as MongoDB does. The original walks them all for anything
     * but equality in a unique index's fields and nothing else, and sorts all that it has found.
     * They are kept as they came over the wire: as objects a million orders take fifteen gigabytes.
     */
    private static class IndexedCollection extends MemoryCollection {
        private final List<byte[]> stored = new ArrayList<>();
        private final Queue<Integer> free = new ArrayDeque<>();

        IndexedCollection(
                MongoDatabase database, String name, CollectionOptions options,
                CursorRegistry cursors) {
            super(database, name, options, cursors);
        }

        @Override
        protected Integer addDocumentInternal(Document document) {
            Integer position = free.poll();
            if (position == null) {
                position = stored.size();
                stored.add(null);
            }
            stored.set(position, packed(document));
            return position;
        }

        @Override
        protected Document getDocument(Integer position) {
            return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(stored.get(position)));
        }

        @Override
        protected void handleUpdate(Integer position, Document before, Document after) {
            stored.set(position, packed(after));
        }

        @Override
        protected void removeDocument(Integer position) {
            stored.set(position, null);
            free.add(position);
        }

        @Override
        public synchronized int count() {
            return stored.size() - free.size();
        }

        @Override
        public synchronized boolean isEmpty() {
            return count() == 0;
        }

        @Override
        protected Integer findDocumentPosition(Document document) {
            return streamAllDocumentsWithPosition()
                    .filter(each -> each.getDocument().equals(document))
                    .map(DocumentWithPosition::getPosition)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        protected Stream<DocumentWithPosition<Integer>> streamAllDocumentsWithPosition() {
            return IntStream.range(0, stored.size())
                    .filter(position -> stored.get(position) != null)
                    .mapToObj(each -> new DocumentWithPosition<>(getDocument(each), each));
        }

        @Override
        protected QueryResult matchDocuments(
                Document query, Document order, int skip, int limit, int batch,
                Document projection) {
            int last = isNaturalDescending(order) ? stored.size() - 1 : 0;
            Stream<Document> all = IntStream.range(0, stored.size())
                    .map(position -> Math.abs(last - position))
                    .filter(position -> stored.get(position) != null)
                    .mapToObj(this::getDocument);
            return matchDocumentsFromStream(
                    all, query, order, skip, limit, batch, projection);
        }

        private static byte[] packed(Document document) {
            ByteBuf buffer = Unpooled.buffer();
            BsonEncoder.encodeDocument(document, buffer);
            return ByteBufUtil.getBytes(buffer);
        }

        @Override
        public Stream<Document> queryAllAsStream() {
            Beginning first = BEGINNING.get();
            if (first == null) {
                return super.queryAllAsStream();
            }
            List<Document> found = new ArrayList<>();
            queryDocuments(first.match(), null, 0, first.limit(), 0, null).forEach(found::add);
            return found.stream();
        }

        @Override
        protected synchronized QueryResult queryDocuments(
                Document query, Document order, int skip, int limit, int batch,
                Document projection) {
            Plan plan = null;
            for (Index<Integer> each : getIndexes()) {
                Plan other = each instanceof Kept kept ? kept.tree().plan(query, order) : null;
                plan = other != null && (plan == null || other.beats(plan)) ? other : plan;
            }
            if (plan == null) {
                return super.queryDocuments(query, order, skip, limit, batch, projection);
            }
            boolean isEnough = plan.way() != 0 && limit > 0;
            boolean isSorted = plan.way() != 0 && plan.ranges().size() == 1;
            Set<Integer> seen = new HashSet<>();
            Stream<Document> found = plan.ranges().stream().flatMap(range -> {
                Stream<Document> within = range.values().stream()
                        .filter(seen::add)
                        .map(this::getDocument)
                        .filter(document -> documentMatchesQuery(document, query));
                return isEnough ? within.limit(skip + limit) : within;
            });
            Document left = isSorted ? null : order;
            return matchDocumentsFromStream(
                    found, query, left, skip, limit, batch, projection);
        }
    }

    /** An index that is kept in order. */
    private interface Kept {
        Tree tree();
    }

    /** How to answer a query; `way` is 0 if what is found has yet to be sorted. */
    private record Plan(
            List<NavigableMap<Object[], Integer>> ranges, boolean isOne, int fixed, int way) {
        boolean beats(Plan other) {
            int by = Boolean.compare(isOne, other.isOne);
            by = by != 0 ? by : Integer.compare(fixed, other.fixed);
            return (by != 0 ? by : Integer.compare(Math.abs(way), Math.abs(other.way))) > 0;
        }
    }

    private static class UniqueIndex extends MemoryUniqueIndex implements Kept {
        private final Tree tree;

        UniqueIndex(String name, List<IndexKey> keys, boolean isSparse) {
            super(name, keys, isSparse);
            tree = new Tree(keys, true);
        }

        @Override
        public synchronized void add(
                Document document, Integer position, MongoCollection<Integer> collection) {
            super.add(document, position, collection);
            tree.add(document, position);
        }

        @Override
        public synchronized Integer remove(Document document) {
            tree.remove(document);
            return super.remove(document);
        }

        @Override
        public Tree tree() {
            return tree;
        }
    }

    private static class OrderedIndex extends EmptyIndex<Integer> implements Kept {
        private final Tree tree;

        OrderedIndex(String name, List<IndexKey> keys) {
            super(name, keys);
            tree = new Tree(keys, false);
        }

        @Override
        public void add(Document document, Integer position, MongoCollection<Integer> collection) {
            tree.add(document, position);
        }

        @Override
        public Integer remove(Document document) {
            tree.remove(document);
            return null;
        }

        @Override
        public void updateInPlace(
                Document before, Document after, Integer position,
                MongoCollection<Integer> collection) {
            tree.move(before, after, position);
        }

        @Override
        public Tree tree() {
            return tree;
        }
    }

    /**
     * Where the documents are, in the order of the index's fields. One whose first field is missing
     * is not in it. One with a list is in it once for each element.
     */
    private static class Tree {
        private static final Object BEFORE_ALL = new Object();
        private static final Object AFTER_ALL = new Object();
        private static final Set<String> BOUNDS = Set.of("$gt", "$gte", "$lt", "$lte");

        private final TreeMap<Object[], Integer> positions = new TreeMap<>(this::compare);
        private final List<String> names;
        private final List<String[]> paths;
        private final int[] ways;
        private final boolean isUnique;
        private boolean hasLists;

        Tree(List<IndexKey> keys, boolean isUnique) {
            this.isUnique = isUnique;
            names = keys.stream().map(IndexKey::getKey).toList();
            paths = names.stream().map(name -> name.split("\\.")).toList();
            ways = keys.stream().mapToInt(key -> key.isAscending() ? 1 : -1).toArray();
        }

        void add(Document document, Integer position) {
            entries(document).forEach(entry -> positions.put(entry, position));
        }

        void remove(Document document) {
            entries(document).forEach(positions::remove);
        }

        void move(Document before, Document after, Integer position) {
            List<Object[]> left = entries(before);
            List<Object[]> entered = entries(after);
            if (!Arrays.deepEquals(left.toArray(), entered.toArray())) {
                left.forEach(positions::remove);
                entered.forEach(entry -> positions.put(entry, position));
            }
        }

        /** How this index answers the query: null if it fixes, or bounds, no first field. */
        Plan plan(Document asked, Document order) {
            boolean isOfOneElement = hasLists && ofElement(asked) != null;
            Document query = isOfOneElement ? ofElement(asked) : asked;
            // Of several elements, each may fulfil another part of what is asked.
            int most = hasLists && !isOfOneElement ? 1 : names.size();
            List<List<Object>> prefixes = List.of(List.of());
            int fixed = 0;
            while (fixed < most) {
                List<?> values = among(query.get(names.get(fixed)));
                if (values == null) {
                    break;
                }
                prefixes = prefixes.stream()
                        .flatMap(begun -> values.stream().map(value -> with(begun, value)))
                        .toList();
                fixed++;
            }
            List<Document> bounds = fixed < most ? bounds(query.get(names.get(fixed))) : List.of();
            // What has no first field is not here, so that "not above" begins too late.
            if (fixed == 0 && bounds.size() != 1) {
                return null;
            }
            int way = way(asked, order == null ? new Document() : order, fixed);
            List<NavigableMap<Object[], Integer>> ranges = new ArrayList<>();
            for (List<Object> prefix : prefixes) {
                for (Document each : bounds.isEmpty() ? List.of(new Document()) : bounds) {
                    NavigableMap<Object[], Integer> range = within(prefix, each);
                    ranges.add(way < 0 ? range.descendingMap() : range);
                }
            }
            return new Plan(ranges, isUnique && fixed == names.size(), fixed, way);
        }

        /** What one and the same element of the list has to fulfil, named as if all had to. */
        private Document ofElement(Document query) {
            String list = paths.get(0)[0];
            if (!(query.get(list) instanceof Document asked && asked.size() == 1
                    && asked.get("$elemMatch") instanceof Document wanted)) {
                return null;
            }
            Document named = new Document();
            wanted.forEach((name, value) -> named.put(list + "." + name, value));
            return named;
        }

        /** Which way to walk for that order; 0 if neither way gives it. */
        private int way(Document query, Document order, int fixed) {
            int way = 0;
            int place = fixed;
            for (String name : order.keySet()) {
                List<?> values = among(query.get(name));
                if (values != null && values.size() == 1) {
                    continue;
                }
                if (hasLists || place == names.size() || !names.get(place).equals(name)) {
                    return 0;
                }
                int wanted = ((Number) order.get(name)).intValue() * ways[place++];
                if (way != 0 && way != wanted) {
                    return 0;
                }
                way = wanted;
            }
            return way == 0 ? 1 : way;
        }

        private NavigableMap<Object[], Integer> within(List<Object> prefix, Document bounds) {
            Object[] first = with(prefix, BEFORE_ALL).toArray();
            Object[] last = with(prefix, AFTER_ALL).toArray();
            for (String bound : bounds.keySet()) {
                boolean isLower = bound.startsWith("$g") == ways[prefix.size()] > 0;
                boolean isBefore = isLower == bound.endsWith("e");
                List<Object> to = with(prefix, bounds.get(bound));
                Object[] edge = with(to, isBefore ? BEFORE_ALL : AFTER_ALL).toArray();
                if (isLower) {
                    first = edge;
                } else {
                    last = edge;
                }
            }
            return compare(first, last) < 0
                    ? positions.subMap(first, true, last, true)
                    : Collections.emptyNavigableMap();
        }

        /** The values that a field is to have, one or some; null if that is not what is asked. */
        private static List<?> among(Object wanted) {
            if (wanted instanceof Document asked && asked.size() == 1
                    && asked.get("$in") instanceof Collection<?> some) {
                boolean arePlain = some.stream().allMatch(Tree::isPlain);
                return arePlain ? some.stream().distinct().toList() : null;
            }
            return isPlain(wanted) ? List.of(wanted) : null;
        }

        /** The bounds that a field is to be within, one or the other; none if that is not asked. */
        private static List<Document> bounds(Object wanted) {
            if (!(wanted instanceof Document asked) || asked.isEmpty()) {
                return List.of();
            }
            if (asked.size() == 1 && asked.get("$not") instanceof Document not && not.size() == 1
                    && not.get("$gt") instanceof String text) {
                // All that is no text is not above it either.
                Document afterText = new Document("$gte", new Document());
                return List.of(new Document("$lte", text), afterText);
            }
            boolean areBounds = BOUNDS.containsAll(asked.keySet())
                    && asked.values().stream().allMatch(Tree::isPlain);
            return areBounds ? List.of(asked) : List.of();
        }

        private static boolean isPlain(Object value) {
            return value instanceof String || value instanceof Number || value instanceof Boolean;
        }

        private static List<Object> with(List<?> begun, Object value) {
            List<Object> longer = new ArrayList<>(begun);
            longer.add(value);
            return longer;
        }

        private List<Object[]> entries(Document document) {
            if (!(document.get(paths.get(0)[0]) instanceof Collection<?> list)) {
                return entry(document, document, 0);
            }
            hasLists = true;
            return list.stream().flatMap(each -> entry(document, each, 1).stream()).toList();
        }

        /** The fields, as they are within the document or within the element of its list. */
        private List<Object[]> entry(Document document, Object within, int depth) {
            List<Object> fields = new ArrayList<>();
            for (String[] path : paths) {
                boolean isInList = depth == 0 || path[0].equals(paths.get(0)[0]);
                Object value = isInList ? within : document;
                for (int at = isInList ? depth : 0; at < path.length; at++) {
                    value = value instanceof Document part ? part.get(path[at]) : null;
                }
                hasLists |= value instanceof Collection<?>;
                fields.add(value instanceof Collection<?> ? null : value);
                if (fields.get(0) == null) {
                    return List.of();
                }
            }
            fields.add(document.get("_id"));
            return List.<Object[]>of(fields.toArray());
        }

        private int compare(Object[] one, Object[] other) {
            for (int place = 0; place < Math.min(one.length, other.length); place++) {
                int by = compareValues(one[place], other[place]);
                if (by != 0) {
                    boolean isEdge = isEdge(one[place]) || isEdge(other[place]);
                    return isEdge || place >= ways.length ? by : by * ways[place];
                }
            }
            return Integer.compare(one.length, other.length);
        }

        private static int compareValues(Object one, Object other) {
            if (one == other) {
                return 0;
            }
            if (one == BEFORE_ALL || other == AFTER_ALL) {
                return -1;
            }
            if (one == AFTER_ALL || other == BEFORE_ALL) {
                return 1;
            }
            return one instanceof String text && other instanceof String word
                    ? text.compareTo(word)
                    : ValueComparator.asc().compare(one, other);
        }

        private static boolean isEdge(Object value) {
            return value == BEFORE_ALL || value == AFTER_ALL;
        }
    }
}
