import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.EmptyIndex;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
                    return new LeadingIndex(name, keys, isSparse);
                }

                @Override
                protected Index<Integer> openOrCreateSecondaryIndex(
                        String collection, String name, List<IndexKey> keys, boolean isSparse) {
                    return new RangeIndex(name, keys);
                }
            };
        }
    }

    /**
     * Finds documents by its one field also when the query asks for more besides, as MongoDB does;
     * the rest is compared afterwards. Without it, each update of an order would walk them all.
     */
    private static class LeadingIndex extends MemoryUniqueIndex {
        LeadingIndex(String name, List<IndexKey> keys, boolean isSparse) {
            super(name, keys, isSparse);
        }

        @Override
        public synchronized boolean canHandle(Document query) {
            return super.canHandle(isFixedBy(query) ? alone(query) : query);
        }

        @Override
        public synchronized Iterable<Integer> getPositions(Document query) {
            return super.getPositions(isFixedBy(query) ? alone(query) : query);
        }

        private boolean isFixedBy(Document query) {
            return keys().size() == 1 && query.get(keys().get(0)) instanceof String;
        }

        private Document alone(Document query) {
            return new Document(keys().get(0), query.get(keys().get(0)));
        }
    }

    /**
     * Finds documents by a range of text in its first field, as workers look for what is due. The
     * original keeps no index but unique ones.
     */
    private static class RangeIndex extends EmptyIndex<Integer> {
        private final TreeMap<String, Map<Object, Integer>> positions = new TreeMap<>();

        RangeIndex(String name, List<IndexKey> keys) {
            super(name, keys);
        }

        @Override
        public void add(Document document, Integer position, MongoCollection<Integer> collection) {
            String value = value(document);
            if (value != null) {
                positions.computeIfAbsent(value, any -> new HashMap<>())
                        .put(document.get("_id"), position);
            }
        }

        @Override
        public Integer remove(Document document) {
            String value = value(document);
            Map<Object, Integer> same = value == null ? null : positions.get(value);
            if (same != null) {
                same.remove(document.get("_id"));
                if (same.isEmpty()) {
                    positions.remove(value);
                }
            }
            return null;
        }

        @Override
        public void updateInPlace(
                Document before, Document after, Integer position,
                MongoCollection<Integer> collection) {
            remove(before);
            add(after, position, collection);
        }

        @Override
        public boolean canHandle(Document query) {
            return bound(query) != null;
        }

        @Override
        public Iterable<Integer> getPositions(Document query) {
            return positions.headMap(bound(query), true).values().stream()
                    .flatMap(same -> same.values().stream())
                    .toList();
        }

        private String value(Document document) {
            Object value = document;
            for (String name : keys().get(0).split("\\.")) {
                value = value instanceof Document within ? within.get(name) : null;
            }
            return value instanceof String text ? text : null;
        }

        /** Up to where the query wants the field, if that is all it says of it. */
        private String bound(Document query) {
            return query.get(keys().get(0)) instanceof Document wanted
                            && wanted.size() == 1
                            && wanted.get("$lte") instanceof String text
                    ? text
                    : null;
        }
    }
}
