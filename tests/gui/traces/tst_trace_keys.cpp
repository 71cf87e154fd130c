// A trace read by keys alone: the caret, selecting and copying, what is known of the place, marks, and all of it in ten
// megabytes without a stop. And by ear: what a screen reader is told.

#include "trace_fixture.h"

#include "tests/support/watchdog.h"
#include "widgets/panels/tokenline.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

#include <QAccessible>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QMimeData>
#include <QPointer>
#include <QScrollBar>
#include <QTimer>
#include <QtTest>

using namespace aha;
using support::WatchedApplication;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr double kBarMs = 1000; // instrumented and not optimised
#else
constexpr double kBarMs = 100;
#endif

QPalette paletteOf(const char* base, const char* text)
{
    QPalette palette;
    palette.setColor(QPalette::Base, QColor(QLatin1String(base)));
    palette.setColor(QPalette::Text, QColor(QLatin1String(text)));
    return palette;
}

WatchedApplication* watch() { return static_cast<WatchedApplication*>(QCoreApplication::instance()); }

} // namespace

class TestTraceKeys : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_lexicon = orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt"));
    }

    /// By character: a surrogate pair, a letter with its accent and a chip are one each. By word, row and text.
    void theCaretMoves()
    {
        TraceView view;
        show(view, "ab \xf0\x9f\x98\x80 e\xcc\x81 \xe2\x80\xae\xff.\nnext line here\n\nend");
        const QString text = view.trace().text;
        QCOMPARE(text, QString::fromUtf8("ab \xf0\x9f\x98\x80 e\xcc\x81 [U+202E][FF].\nnext line here\n\nend"));
        QList<int> places;
        for (int i = 0; i < 11; ++i) {
            places << view.caret();
            press(view, Qt::Key_Right);
        }
        QCOMPARE(places, QList<int>({ 0, 1, 2, 3, 5, 6, 8, 9, 17, 21, 22 }));
        for (int i = 0; i < 4; ++i)
            press(view, Qt::Key_Left);
        QCOMPARE(view.caret(), 9);
        press(view, Qt::Key_Home);
        QCOMPARE(view.caret(), 0);
        press(view, Qt::Key_End);
        QCOMPARE(text[view.caret()], QChar('\n'));
        press(view, Qt::Key_Home);
        places.clear();
        for (int i = 0; i < 8; ++i) {
            press(view, Qt::Key_Right, Qt::ControlModifier);
            places << view.caret();
        }
        QCOMPARE(places, QList<int>({ 3, 6, 9, 17, 21, 23, 28, 33 }));
        press(view, Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(view.caret(), 28);
        press(view, Qt::Key_Up); // the column is kept over a row that is shorter
        const int above = view.caret();
        QVERIFY(above > 0 && above < 22);
        press(view, Qt::Key_Down);
        QCOMPARE(view.caret(), 28);
        press(view, Qt::Key_Down);
        QCOMPARE(view.caret(), int(text.indexOf("\n\n")) + 1); // the empty line
        press(view, Qt::Key_Up);
        QCOMPARE(view.caret(), 28);
        press(view, Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(view.caret(), int(text.size()));
        press(view, Qt::Key_Right);
        QCOMPARE(view.caret(), int(text.size()));
        press(view, Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(view.caret(), 0);
        press(view, Qt::Key_Left);
        QCOMPARE(view.caret(), 0);
    }

    void theCaretStaysInView()
    {
        TraceView view;
        std::string text;
        for (int i = 0; i < 400; ++i)
            text += "line " + std::to_string(i) + "\n";
        show(view, text);
        for (int i = 0; i < 60; ++i)
            press(view, Qt::Key_Down);
        QCOMPARE(view.trace().text.mid(view.caret(), 7), QString("line 60"));
        QVERIFY(view.viewport()->rect().contains(view.caretRect(view.caret())));
        const int before = view.caret();
        press(view, Qt::Key_PageDown);
        QVERIFY(view.caret() > before);
        QVERIFY(view.viewport()->rect().contains(view.caretRect(view.caret())));
        press(view, Qt::Key_PageUp);
        QCOMPARE(view.caret(), before);
        press(view, Qt::Key_End, Qt::ControlModifier);
        QVERIFY(view.viewport()->rect().contains(view.caretRect(view.caret())));
        QVERIFY(view.verticalScrollBar()->value() > view.verticalScrollBar()->maximum() / 2);
    }

    void selectedByKeysAndCopiedByByte()
    {
        TraceView view;
        const std::string text = "a \xe2\x80\xae\xff wait\nb";
        show(view, text);
        press(view, Qt::Key_Right);
        for (int i = 0; i < 3; ++i)
            press(view, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(view.selectedText(), QString(" [U+202E][FF]"));
        press(view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied(), QByteArray(" \xe2\x80\xae\xff"));
        press(view, Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(view.selectedText(), QString(" [U+202E][FF] "));
        press(view, Qt::Key_End, Qt::ShiftModifier);
        QVERIFY(view.selectedText().endsWith("wait"));
        press(view, Qt::Key_Down);
        QVERIFY(view.selectedText().isEmpty());
        press(view, Qt::Key_A, Qt::ControlModifier);
        press(view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied(), QByteArray::fromStdString(text));
    }

    /// Seen on both grounds, where the focus is.
    void theCaretIsSeen()
    {
        for (const QPalette& palette : { paletteOf("#ffffff", "#1d2430"), paletteOf("#16191d", "#dfe3ea") }) {
            TraceView view;
            view.setPalette(palette);
            show(view, "mmmm      mmmm"); // between the words nothing else is drawn
            for (int i = 0; i < 7; ++i)
                press(view, Qt::Key_Right);
            const QRect place = view.caretRect(view.caret());
            QVERIFY(place.x() > 20);
            QPoint middle = place.center();
            middle.setX(place.x() + 1);
            const auto differs = [&] {
                const QColor color = view.viewport()->grab().toImage().pixelColor(middle);
                return std::abs(color.lightness() - palette.color(QPalette::Base).lightness());
            };
            QVERIFY2(differs() > 120, qPrintable(QString::number(differs())));
            view.clearFocus();
            QVERIFY2(differs() < 60, qPrintable(QString::number(differs())));
        }
    }

    /// What the mouse finds in a tool tip stands in lines below the text, and follows the caret.
    void readWhereTheCaretStands()
    {
        TracePane pane(std::make_shared<Lexicon>(m_lexicon));
        pane.resize(640, 420);
        activate(pane);
        TraceDocument document { "we wait here", "", TokenDetail { { 2, 7, 12 }, { -1, -2, -3 }, { 0.1f, 0.2f, 0.3f } },
            "a prompt", {} };
        document.advantage = 0.5;
        pane.setDocument(document);
        TraceView& view = *pane.view();
        view.setFocus();
        auto* line = pane.findChild<TokenLine*>();
        QVERIFY(line && !line->isVisible());
        press(view, Qt::Key_Space);
        QVERIFY(line->isVisible());
        QVERIFY2(line->toPlainText().startsWith(QString::fromUtf8("token 1 “we” · log-prob −1.000")),
            qPrintable(line->toPlainText()));
        const int height = view.height();
        press(view, Qt::Key_Right, Qt::ControlModifier);
        QVERIFY2(line->toPlainText().startsWith("reflection word"), qPrintable(line->toPlainText()));
        QVERIFY(line->toPlainText().contains(QString::fromUtf8("token 2 “ wait”")));
        QVERIFY(line->toPlainText().contains("entropy 0.200 nats") && line->toPlainText().contains("advantage"));
        QCOMPARE(view.height(), height); // the text does not move
        QCOMPARE(line->toPlainText(), view.hint(view.caret()).replace("\n", QString::fromUtf8(" · ")));
        press(view, Qt::Key_T); // the token as a whole, then the next, and back
        QCOMPARE(view.selectedText(), QString(" wait"));
        press(view, Qt::Key_T);
        QCOMPARE(view.selectedText(), QString(" here"));
        QVERIFY(line->toPlainText().contains("token 3"));
        press(view, Qt::Key_T, Qt::ShiftModifier);
        press(view, Qt::Key_T, Qt::ShiftModifier);
        QCOMPARE(view.selectedText(), QString("we"));
        auto insight = std::make_shared<TokenInsight>();
        insight->kl = { 0.25f, 0, 0 };
        insight->alternatives = { { { 7, QStringLiteral("us"), 0.75 } } };
        view.setInsight(insight);
        press(view, Qt::Key_T);
        press(view, Qt::Key_T, Qt::ShiftModifier);
        QVERIFY2(line->toPlainText().contains(QString::fromUtf8("“us” 75.0 %")), qPrintable(line->toPlainText()));
        press(view, Qt::Key_F2);
        QVERIFY(!line->isVisible());
        pane.setDocument({ "plain", "", std::nullopt, "a prompt", {} });
        view.setFocus();
        press(view, Qt::Key_Space);
        QVERIFY(line->toPlainText().contains("stored no token values"));
    }

    void marksAreVisitedByKeys()
    {
        TracePane pane(std::make_shared<Lexicon>(m_lexicon));
        pane.resize(640, 420);
        activate(pane);
        pane.setDocument({ fixture::kAhaTrace, fixture::kItem, std::nullopt, "a prompt", {} });
        TraceView& view = *pane.view();
        view.setFocus();
        for (int kind = 0; kind < TraceSpan::KindCount; ++kind)
            view.setShown(TraceSpan::Kind(kind), kind == TraceSpan::Reflection || kind == TraceSpan::WrongEquation);
        QStringList seen;
        for (int i = 0; i < 4; ++i) {
            press(view, Qt::Key_M);
            seen << view.selectedText();
        }
        QCOMPARE(seen, QStringList({ "wait", "5 + 9 = 15", QString::fromUtf8("等等"), "wait" })); // and around
        press(view, Qt::Key_M, Qt::ShiftModifier);
        QCOMPARE(view.selectedText(), QString::fromUtf8("等等"));
        press(view, Qt::Key_M, Qt::ShiftModifier);
        QCOMPARE(view.selectedText(), QString("5 + 9 = 15"));
    }

    void heardByAScreenReader()
    {
        TraceView view;
        show(view,
            "<think>we wait\n\xe7\xad\x89\xe7\xad\x89 a\xe2\x80\xae"
            "b 5 + 9 = 15 .",
            fixture::kItem);
        QAccessibleInterface* access = QAccessible::queryAccessibleInterface(&view);
        QVERIFY(access);
        QCOMPARE(access->role(), QAccessible::EditableText);
        QVERIFY(access->state().readOnly && access->state().multiLine && access->state().focusable);
        QCOMPARE(access->text(QAccessible::Name), QString("Trace"));
        QAccessibleTextInterface* text = access->textInterface();
        QVERIFY(text);
        const QString all = view.trace().text;
        QCOMPARE(text->characterCount(), int(all.size()));
        QCOMPARE(text->text(7, 14), QString("we wait"));
        QCOMPARE(text->text(-5, 9999), all);
        int begin = -1, end = -1;
        const int chip = int(all.indexOf("[U+202E]"));
        QCOMPARE(text->textAtOffset(chip + 3, QAccessible::CharBoundary, &begin, &end), QString("[U+202E]"));
        QCOMPARE(text->textAfterOffset(chip + 3, QAccessible::CharBoundary, &begin, &end), QString("b"));
        QCOMPARE(text->textBeforeOffset(chip, QAccessible::CharBoundary, &begin, &end), QString("a"));
        QCOMPARE(begin, chip - 1);
        QCOMPARE(text->textBeforeOffset(0, QAccessible::CharBoundary, &begin, &end), QString());
        QCOMPARE(text->textAfterOffset(int(all.size()) - 1, QAccessible::CharBoundary, &begin, &end), QString());
        QCOMPARE(text->textAtOffset(11, QAccessible::WordBoundary, &begin, &end), QString("wait"));
        QCOMPARE(text->textAtOffset(11, QAccessible::LineBoundary, &begin, &end), QString("<think>we wait\n"));
        QCOMPARE(text->textAfterOffset(11, QAccessible::ParagraphBoundary, &begin, &end), all.mid(15));
        QVERIFY(text->attributes(11, &begin, &end).contains("mark:reflection word"));
        QCOMPARE(all.mid(begin, end - begin), QString("wait"));
        QVERIFY(text->attributes(11, &begin, &end).contains("language:en;"));
        QVERIFY(text->attributes(16, &begin, &end).contains("language:zh;"));
        QVERIFY(text->attributes(2, &begin, &end).contains("tag:<think>;"));
        QVERIFY(text->attributes(int(all.indexOf("9 = 15")), &begin, &end).contains("mark:the equation is wrong;"));
        QCOMPARE(all.mid(begin, end - begin), QString("5 + 9 = 15"));
        QVERIFY(text->attributes(chip, &begin, &end).contains("a character that hides"));
        QCOMPARE(text->attributes(int(all.size()) - 2, &begin, &end), QString());

        press(view, Qt::Key_Right);
        QCOMPARE(text->cursorPosition(), 1);
        press(view, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(text->selectionCount(), 1);
        text->selection(0, &begin, &end);
        QCOMPARE(QList<int>({ begin, end }), QList<int>({ 1, 2 }));
        text->setCursorPosition(11);
        QVERIFY(access->text(QAccessible::Description).contains("reflection word"));
        text->setSelection(0, 10, 14);
        QCOMPARE(view.selectedText(), QString("wait"));
        text->removeSelection(0);
        QCOMPARE(text->selectionCount(), 0);
        const QRect place = text->characterRect(11);
        QVERIFY(QRect(view.mapToGlobal(QPoint()), view.size()).contains(place));
        QCOMPARE(text->offsetAtPoint(place.center() - QPoint(place.width() / 4, 0)), 11);
    }

    /// Ten megabytes, half of it one line: no key takes longer than the bar, and hardly anything is laid out for it.
    void tenMegabytes()
    {
        std::string text;
        while (text.size() < (5 << 20))
            text += "5 * 9 = 45 no wait \xe2\x80\xae \xe7\xad\x89\xe7\xad\x89 ";
        while (text.size() < (10 << 20))
            text += "a short line with wait in it\n";
        const TraceText trace = makeTraceText(text, "", m_lexicon, std::nullopt);
        TraceView view;
        view.resize(600, 400);
        view.show();
        view.setTrace(trace);
        view.setFocus();
        QCoreApplication::processEvents();
        watch()->forget();
        const std::pair<Qt::Key, Qt::KeyboardModifiers> keys[] = { { Qt::Key_Right, Qt::NoModifier },
            { Qt::Key_Right, Qt::ControlModifier }, { Qt::Key_Down, Qt::ShiftModifier },
            { Qt::Key_PageDown, Qt::NoModifier }, { Qt::Key_End, Qt::ControlModifier },
            { Qt::Key_PageUp, Qt::NoModifier }, { Qt::Key_Up, Qt::NoModifier }, { Qt::Key_Left, Qt::ControlModifier },
            { Qt::Key_Left, Qt::NoModifier }, { Qt::Key_Home, Qt::ControlModifier | Qt::ShiftModifier },
            { Qt::Key_C, Qt::ControlModifier }, { Qt::Key_A, Qt::ControlModifier },
            { Qt::Key_C, Qt::ControlModifier } };
        for (const auto& [key, modifiers] : keys) {
            const int before = view.laidOutLines();
            const QString name = QKeySequence(int(modifiers) | key).toString();
            watch()->setPlace(name);
            QTimer::singleShot(0, &view, [&view, key = key, modifiers = modifiers] { press(view, key, modifiers); });
            for (int i = 0; i < 4; ++i)
                QCoreApplication::processEvents();
            QVERIFY2(view.laidOutLines() - before < 120, qPrintable(name));
        }
        QCOMPARE(copied(), QByteArray::fromStdString(text));
        QAccessibleTextInterface* access = QAccessible::queryAccessibleInterface(&view)->textInterface();
        watch()->setPlace("a screen reader");
        QTimer::singleShot(0, &view, [access] {
            int begin = 0, end = 0;
            for (const int at : { 100, 3'000'000, access->characterCount() - 10 })
                for (const auto type : { QAccessible::CharBoundary, QAccessible::WordBoundary,
                         QAccessible::LineBoundary, QAccessible::ParagraphBoundary }) {
                    access->textAtOffset(at, type, &begin, &end);
                    access->textBeforeOffset(at, type, &begin, &end);
                    access->textAfterOffset(at, type, &begin, &end);
                    access->attributes(at, &begin, &end);
                }
        });
        for (int i = 0; i < 4; ++i)
            QCoreApplication::processEvents();
        QVERIFY(watch()->count() > 10);
        QStringList slow;
        for (const auto& event : watch()->longerThan(kBarMs))
            slow << event.text();
        QVERIFY2(slow.isEmpty(), qPrintable(slow.join('\n')));
    }

    /// By the right button, which leaves the selection, by the menu key, and by Shift+F10.
    void theMenuHasWhatCanBeDone()
    {
        TraceView view;
        show(view, "say \xff, and go on");
        QPointer<QMenu> menu;
        connect(&view, &TraceView::menuOpening, &view, [&menu](QMenu* opening) { menu = opening; });
        view.setSelection(int(view.trace().text.indexOf('[')), int(view.trace().text.indexOf(',')));
        QCOMPARE(view.selectedText(), QString("[FF]"));
        const QPoint elsewhere = view.caretRect(int(view.trace().text.size())).center();
        QTest::mouseClick(view.viewport(), Qt::RightButton, {}, elsewhere);
        QTest::mouseDClick(view.viewport(), Qt::RightButton, {}, elsewhere);
        QCOMPARE(view.selectedText(), QString("[FF]"));
        QContextMenuEvent clicked(QContextMenuEvent::Mouse, elsewhere, view.viewport()->mapToGlobal(elsewhere));
        QApplication::sendEvent(view.viewport(), &clicked);
        QVERIFY(menu && menu->isVisible());
        const QString copyKey = QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText);
        QAction* copy = menu->actions().constFirst();
        QCOMPARE(copy->text(), "Copy\t" + copyKey);
        copy->trigger();
        QCOMPARE(copied(), QByteArray("\xff"));
        QVERIFY(menu->actions()[1]->text().endsWith("\tCtrl+Shift+C"));
        menu->actions()[1]->trigger();
        QCOMPARE(QApplication::clipboard()->text(), QString("[FF]"));
        menu->close();
        QTRY_VERIFY(!menu);

        const QPoint middle = view.rect().center();
        QContextMenuEvent byKey(QContextMenuEvent::Keyboard, middle, view.mapToGlobal(middle));
        QApplication::sendEvent(&view, &byKey);
        QVERIFY(menu && menu->isVisible());
        QCOMPARE(menu->pos(), view.viewport()->mapToGlobal(view.caretRect(view.caret()).bottomLeft()));
        menu->close();
        QTRY_VERIFY(!menu);

        view.setSelection(3, 3);
        press(view, Qt::Key_F10, Qt::ShiftModifier);
        QVERIFY(menu && menu->isVisible());
        for (const QAction* action : menu->actions()) // there is nothing to copy
            QVERIFY(action->isSeparator() || !action->isEnabled());
        menu->close();
    }

private:
    static void press(TraceView& view, Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(&view, key, modifiers);
    }
    static QByteArray copied() { return QApplication::clipboard()->mimeData()->data("application/octet-stream"); }
    void show(TraceView& view, const std::string& text, const std::string& item = {})
    {
        view.resize(600, 300);
        view.setTrace(makeTraceText(text, item, m_lexicon, std::nullopt));
        activate(view);
        view.setFocus();
    }
    /// Shortcuts and the caret need an active window.
    static void activate(QWidget& window)
    {
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }

    Lexicon m_lexicon;
};

int main(int argc, char** argv)
{
    WatchedApplication application(argc, argv);
    TestTraceKeys test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_trace_keys.moc"
