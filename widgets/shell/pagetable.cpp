#include "widgets/shell/pagetable.h"

#include "core/run/runlauncher.h"
#include "widgets/panels/analysepanel.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/datapanel.h"
#include "widgets/panels/glossarypanel.h"
#include "widgets/panels/labpanel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/panels/modelspanel.h"
#include "widgets/panels/notebookpanel.h"
#include "widgets/panels/playgroundpanel.h"
#include "widgets/panels/pokepanel.h"
#include "widgets/panels/queuepage.h"
#include "widgets/panels/signalspanel.h"
#include "widgets/panels/sweeppage.h"
#include "widgets/panels/sweepresults.h"
#include "widgets/panels/tokenizerpanel.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/panels/wordspage.h"
#include "widgets/shell/keyboardpage.h"
#include "widgets/shell/pagedeck.h"

namespace aha {

Panels addPages(PageDeck& deck, const PageParts& with)
{
    RecentModels* recent = with.recentModels;
    Panels p {};
    // tab, page, what it is for, panel. A page of its own tab has no first name. The order here is the order there.
    p.configure = deck.add("Configure", "Settings", "Settings of a new run", new ConfigurePanel);
    p.configure->setModels(recent);
    p.queue
        = deck.add("Configure", "Queue", "Runs that wait for their turn", new QueuePage(runsFolder(), enginePath()));
    p.sweep = deck.add(
        "Configure", "Sweep", "Runs that differ in chosen settings, and what came out", new SweepPage(runsFolder()));
    p.sweep->results()->setWorkspace(with.workspace);
    p.train = deck.add("Train", "Charts", "Curves of the open runs, and live settings", new TrainPanel);
    p.train->charts()->setWorkspace(with.workspace);
    p.train->charts()->setNotes(with.notes);
    p.signalsPage
        = deck.add("Train", "Signals", "What looks wrong in the open runs, and why", new SignalsPanel(with.workspace));
    p.poke = deck.add("Train", "Live model", "Ask the weights of a live run, change its live settings", new PokePanel);
    p.traces = deck.add("", "Traces", "What the model wrote, step by step", new TracesPanel);
    p.compare = deck.add("", "Compare", "Open runs side by side", new ComparePanel);
    p.analyse = deck.add("", "Analyse", "Reflection, language mixing and behaviour over the steps", new AnalysePanel);
    p.lab = deck.add("", "Lab", "Rewards tried on a text, on stored runs, on known hacks", new LabPanel);
    p.models = deck.add("Library", "Models", "Models and their cards", new ModelsPanel(recent));
    p.playground = deck.add("Library", "Playground", "Talk with a model or a checkpoint", new PlaygroundPanel(recent));
    p.tokenizer = deck.add("Library", "Tokenizer", "How a text is cut into tokens", new TokenizerPanel(recent));
    p.data = deck.add("Library", "Data", "Rows of a data set", new DataPanel(recent));
    p.words = deck.add("Library", "Words", "Reflection words: which are marked and counted", new WordsPage(with.words));
    p.notebook = deck.add("", "Notebook", "Notes, and what they are pinned to", new NotebookPanel(with.notes));
    p.log = deck.add("", "Log", "What happened in the open runs", new LogPanel(with.log));
    p.glossary = deck.add("Help", "Glossary", "What every metric and term means", new GlossaryPanel(with.glossary));
    p.keyboard = deck.add("Help", "Keyboard", "Every action and its keys", new KeyboardPage(with.actions));
    return p;
}

} // namespace aha
