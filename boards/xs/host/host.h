/* The parts of the host, each in a file of its own name. */
#ifndef XSNN_HOST
#define XSNN_HOST

#include "xsAll.h"
#include "xsScript.h"
#include "xs.h"

/* machines/: what the host asks of the computer or board that it runs on. Nothing above knows which one it is. */
typedef struct {
	char* next; /* the first free byte */
	char* end;
} Region;
Region flashRegion(void); /* for the frozen machine; the image lies in flash too, beside it */
Region ramRegion(void);
void protectFlash(void); /* writes to flash trap from here on, on machines that can */
char* nativeStackLimit(void);
uint64_t instructionsRetired(void); /* 0 on machines that cannot tell */
void readJob(void* into, size_t size);
void writeFrames(const void* from, size_t size);
void uartWrite(const void* from, size_t size);
void uartRead(void* into, size_t size);
void stop(int status) __attribute__((noreturn));

/* main.c: called by the machine's own start, with the image that boards/xs/image.ts lays out */
typedef struct Image Image;
int runImage(const Image* image);

/* frames.c: to the engine; the numbers are those of boards/guest/protocol.ts */
enum {
	FRAME_TILE = 6,
	FRAME_EXCEPTION = 16,
	FRAME_ABORT = 17,
	FRAME_COUNTERS = 18,
	FRAME_TRAP = 20,
};
enum { ABORT_CHUNKS = 1, ABORT_SLOTS = 2, ABORT_STACK = 3, ABORT_OTHER = 4 };
void sendFrame(int kind, int id, const void* payload, size_t size);
void sendTrap(uint32_t cause, uint32_t pc, uint32_t address) __attribute__((noreturn));

/* image.c: the modules and data of the artifact, as its manifest lists them */
typedef enum { MODULE, DATA } EntryKind;
typedef struct {
	int32_t kind;
	int32_t isPreloaded;
	int32_t name; /* "digits", "digits/weights.bin": bytes from the image's start, as the next two */
	int32_t path; /* of the file */
	int32_t data;
	int32_t size;
} Entry;
struct Image {
	int32_t chunkBytes, slots, stackSlots;
	int32_t blockBytes; /* that these share, growing by the increments; 0: nothing is shared, and nothing grows */
	int32_t chunkIncrement, slotIncrement;
	int32_t mod, modBytes; /* an XS archive; 0 bytes: none */
	int32_t main; /* the name of the module that holds the guest */
	int32_t entryCount;
	int32_t firstOwn; /* the first that is the artifact's: the driver's and the board's come before */
	Entry entries[];
};
extern const Image* theImage;
const char* imageText(int32_t offset);
const Entry* findEntry(EntryKind kind, const char* name);

/* port.c: what XS asks of its port */
void allocateFrom(Region region);
void shareBlock(Region region, size_t size); /* of its first bytes, by chunks, slots and stack */
void runPromiseJobs(txMachine* the);

/* code.c: bytecode that is read in place */
typedef struct {
	int32_t symbolBytes, codeBytes, lineCount, nameCount, copyCount;
} CodeHeader; /* the symbols, the code and, 4-byte aligned, the lines follow, then what only a linker needs */
void placeModules(txMachine* the, int32_t first, int32_t end); /* entries from the first to before the end */
txScript moduleScript(const Entry* entry);
int32_t functionBytes(const Entry* entry, const txByte** starts, int32_t count);
int32_t moduleBytes(const Entry* entry);
int lineOf(const Entry* entry, const txByte* at); /* 0 where `at` is not in that module */

/* mod.c: modules and data that were installed after the firmware */
void installMod(txMachine* the);
const void* findInMod(EntryKind kind, const char* name, int32_t* size); /* NULL where there is none */

/* modules.c: ES modules by specifier */
void importModule(txMachine* the, const char* specifier, xsCallback then);

/* freeze.c */
void freeze(txMachine* the);

/* places.c: files and lines */
typedef struct {
	txSlot* frame; /* NULL before the first */
	const Entry* module;
	int line;
} Call;
int nextCall(txMachine* the, Call* call); /* the next outer function under way; 0 after the last */

/* counts.c: instructions, collections, peaks, and what of the frozen machine is the artifact's */
void startModel(txMachine* root); /* before its modules are preloaded */
void startPeaks(txMachine* the);
void countLayer(int layer); /* what was retired since the last call belongs to that layer; -1: to none */
void excludeSince(uint64_t start); /* what was retired since then waited for the computer */
uint64_t instructionsOfBoard(void); /* all others */
void sendCounts(txMachine* the, const txMachine* root, const int32_t builtins[3]);

/* guest.c: the driver and what it talks to */
void defineGuest(txMachine* root);
char* bufferBytes(txMachine* the, xsSlot* buffer, xsSlot* offset, xsSlot* length, size_t* size);
void runGuest(xsMachine* the);

/* resource.c: Moddable's Resource, as a global until its module has taken it */
void defineResource(txMachine* root);

/* uart.c */
void defineUart(txMachine* root);

#endif
