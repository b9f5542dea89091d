/* The parts of the host, each in a file of its own name. */
#ifndef XSNN_HOST
#define XSNN_HOST

#include "xsAll.h"
#include "xsScript.h"
#include "xs.h"

/* platform.c: what XS asks of its port */
void runPromiseJobs(txMachine* the);
void resetPeaks(txMachine* the); /* after a collection */
txSize stackPeak(txMachine* the); /* in slots; once resetPeaks has been called */

/* io.c: frames to the engine and bytes from it; the numbers are those of boards/guest/protocol.ts */
enum {
	FRAME_EXCEPTION = 16,
	FRAME_ABORT = 17,
	FRAME_COUNTERS = 18,
};
enum { ABORT_CHUNKS = 1, ABORT_SLOTS = 2, ABORT_STACK = 3, ABORT_OTHER = 4 };
void sendFrame(int kind, int id, const void* payload, size_t size);
void receiveBytes(void* into, size_t size);

/* guest.c: the driver and what it talks to */
void runGuest(xsMachine* the);

/* table.c: the modules and data of the artifact, as its manifest lists them */
typedef enum { MODULE, DATA } EntryKind;
typedef struct {
	EntryKind kind;
	const char* name; /* "digits", "digits/weights.bin" */
	const char* path; /* of the file, from the working directory */
} Entry;
void readTable(const char* path);
const Entry* findEntry(EntryKind kind, const char* name);
const void* mapFile(const char* path, size_t* size); /* read-only; NULL where there is none */

/* places.c: files and lines */
typedef struct {
	txID path;
	int line;
} Place;
typedef struct {
	txSlot* frame; /* NULL before the first */
	const txByte* at;
	Place place;
} Call;
void rememberCode(txID path, const txByte* code, txSize size);
int nextCall(txMachine* the, Call* call); /* the next outer function under way; 0 after the last */
txSize instructionSize(const txByte* code, txSize* body);

/* compile.c: source to bytecode that is read in place */
txScript* compile(txMachine* the, const char* path, const char* text, size_t size);

/* modules.c: ES modules by specifier */
void importModule(txMachine* the, const char* specifier, xsCallback then);
void refuseModule(const char* format, ...) __attribute__((noreturn));

/* resource.c: Moddable's Resource, as a global until its module has taken it */
extern const char resourceModule[];
void defineResource(txMachine* the);

#endif
