/*
 * Where in the sources JavaScript is. Only XS' debugger build keeps track of that, at a price for each statement; here it
 * is found when it is asked for, from the addresses that the frames keep and the lines that the compiler listed.
 */
#include "host.h"

static void findPlace(Call* call, const txByte* at)
{
	call->line = 0;
	for (int32_t i = 0; (i < theImage->entryCount) && !call->line; i++) {
		call->module = theImage->entries + i;
		if (call->module->kind == MODULE)
			call->line = lineOf(call->module, at);
	}
}

/* Native functions are passed over. */
int nextCall(txMachine* the, Call* call)
{
	while (1) {
		const txByte* at = call->frame ? call->frame->value.frame.code : the->code;
		call->frame = call->frame ? call->frame->next : the->frame;
		if (!call->frame || !call->frame->next)
			return 0;
		findPlace(call, at);
		if (call->line)
			return 1;
	}
}

/* The linker puts this in place of XS' own, which expects the places in the frames' environments. */
extern void __real_fxCaptureErrorStack(txMachine* the, txSlot* internal, txSlot* frame);

void __wrap_fxCaptureErrorStack(txMachine* the, txSlot* internal, txSlot* frame)
{
	for (txSlot* each = the->frame; each && each->next; each = each->next)
		mxFrameToEnvironment(each)->ID = XS_NO_ID;
	for (Call call = { NULL }; nextCall(the, &call); ) {
		txSlot* environment = mxFrameToEnvironment(call.frame);
		environment->ID = fxFindName(the, (txString)imageText(call.module->path));
		environment->value.environment.line = call.line;
	}
	__real_fxCaptureErrorStack(the, internal, frame);
}
