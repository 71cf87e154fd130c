// Every text of every page and tab has room at 1280x800: nothing is cut off, nothing lies over another, nothing hangs
// out of its parent. In each language of the window; the CMakeLists.txt runs it again with two pixels a point.

#include "page_walk.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/language/translation.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/plots/elidedlabel.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyleOptionButton>
#include <QStyleOptionComboBox>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTextDocument>
#include <QtTest>

using namespace aha;

namespace {

constexpr int kGrain = 2; ///< of rounding between a hint and a place

QString nameOf(const QWidget* widget)
{
    QStringList path;
    for (const QWidget* at = widget; at && path.size() < 3; at = at->parentWidget())
        path.prepend(
            at->objectName().isEmpty() ? QString::fromLatin1(at->metaObject()->className()) : at->objectName());
    return path.join(QLatin1Char('/'));
}

/// What is wrong with one widget, or an empty text.
class Judge {
public:
    static QString text(const QWidget* widget)
    {
        if (const auto* label = qobject_cast<const QLabel*>(widget))
            return ofLabel(*label);
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
            return ofButton(*button);
        if (const auto* box = qobject_cast<const QComboBox*>(widget))
            return ofComboBox(*box);
        if (const auto* tabs = qobject_cast<const QTabBar*>(widget))
            return ofTabs(*tabs);
        if (const auto* header = qobject_cast<const QHeaderView*>(widget))
            return ofHeader(*header);
        if (const auto* edit = qobject_cast<const QLineEdit*>(widget))
            return ofLineEdit(*edit);
        if (const auto* group = qobject_cast<const QGroupBox*>(widget))
            return need(
                *group, group->fontMetrics().horizontalAdvance(group->title()), group->width() - 16, group->title());
        return {};
    }

    /// A widget outside its parent is cut off, unless the parent scrolls.
    static QString place(const QWidget* widget)
    {
        const QWidget* parent = widget->parentWidget();
        const auto* tabs = qobject_cast<const QTabBar*>(widget);
        if (!parent || widget->isWindow() || scrolls(parent) || widget->inherits("QTableCornerButton")
            || (tabs && qobject_cast<const QMainWindow*>(parent))) // Qt keeps the bar of hidden docks out of sight
            return {};
        const QRect room = parent->rect().adjusted(-kGrain, -kGrain, kGrain, kGrain);
        return room.contains(widget->geometry()) ? QString() : tell(*widget, QStringLiteral("hangs out of its parent"));
    }

    /// Neighbours of one layout share no place.
    static QString neighbours(const QWidget* widget)
    {
        const QLayout* layout = widget->layout();
        if (!layout || layout->inherits("QStackedLayout"))
            return {};
        QList<const QWidget*> seen;
        collect(layout, seen);
        for (qsizetype i = 0; i < seen.size(); ++i)
            for (qsizetype j = i + 1; j < seen.size(); ++j) {
                const QRect shared = seen[i]->geometry() & seen[j]->geometry();
                if (shared.width() > kGrain && shared.height() > kGrain)
                    return tell(*seen[i], QStringLiteral("lies over ") + nameOf(seen[j]));
            }
        return {};
    }

private:
    static bool scrolls(const QWidget* parent)
    {
        return parent->parentWidget() && qobject_cast<const QAbstractScrollArea*>(parent->parentWidget());
    }
    static void collect(const QLayout* layout, QList<const QWidget*>& into)
    {
        for (int i = 0; i < layout->count(); ++i) {
            const QLayoutItem* item = layout->itemAt(i);
            if (const QWidget* widget = const_cast<QLayoutItem*>(item)->widget(); widget && widget->isVisible())
                into << widget;
            else if (const QLayout* inner = const_cast<QLayoutItem*>(item)->layout())
                collect(inner, into);
        }
    }
    static QString tell(const QWidget& widget, const QString& what)
    {
        return QStringLiteral("%1 %2").arg(nameOf(&widget), what);
    }
    static QString need(const QWidget& widget, int wanted, int room, const QString& text)
    {
        return wanted <= room + kGrain
            ? QString()
            : tell(widget, QStringLiteral("needs %1 of %2: “%3”").arg(wanted).arg(room).arg(text.left(80)));
    }

    static QString ofLabel(const QLabel& label)
    {
        if (label.text().isEmpty() || dynamic_cast<const ElidedLabel*>(&label)) // says what it leaves out in its tip
            return {};
        if (label.wordWrap())
            return need(label, label.heightForWidth(label.width()), label.height(), label.text());
        QString wrong = need(label, label.sizeHint().width(), label.width(), label.text());
        return wrong.isEmpty() ? need(label, label.sizeHint().height(), label.height(), label.text()) : wrong;
    }
    static QString ofButton(const QAbstractButton& button)
    {
        if (button.text().isEmpty() || button.inherits("QTabBar"))
            return {};
        const int text = button.fontMetrics().size(Qt::TextShowMnemonic, button.text()).width();
        int room = button.width();
        if (button.inherits("QCheckBox") || button.inherits("QRadioButton")) {
            QStyleOptionButton option;
            option.initFrom(&button);
            room = button.style()->subElementRect(QStyle::SE_CheckBoxContents, &option, &button).width();
        }
        if (const QString wrong = need(button, text, room, button.text()); !wrong.isEmpty())
            return wrong;
        return need(button, button.fontMetrics().height(), button.height(), button.text());
    }
    static QString ofComboBox(const QComboBox& box)
    {
        QStyleOptionComboBox option;
        option.initFrom(&box);
        option.editable = box.isEditable();
        const int room
            = box.style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, &box).width();
        const bool own = box.sizeAdjustPolicy() == QComboBox::AdjustToMinimumContentsLengthWithIcon;
        if (own && !box.toolTip().isEmpty()) // of any length, such as a path: whole in the tip
            return {};
        return need(box, box.fontMetrics().horizontalAdvance(box.currentText()), room, box.currentText());
    }
    static QString ofTabs(const QTabBar& tabs)
    {
        for (int i = 0; i < tabs.count(); ++i) {
            const QString text = tabs.tabText(i);
            if (!tabs.isTabVisible(i))
                continue;
            QString wrong = need(
                tabs, tabs.fontMetrics().size(Qt::TextShowMnemonic, text).width(), tabs.tabRect(i).width(), text);
            if (wrong.isEmpty() && !tabs.rect().adjusted(-1, -1, 1, 1).contains(tabs.tabRect(i)))
                wrong = tell(tabs, QStringLiteral("has no room for “%1”").arg(text));
            if (!wrong.isEmpty())
                return wrong;
        }
        return {};
    }
    static QString ofHeader(const QHeaderView& header)
    {
        if (header.orientation() != Qt::Horizontal || !header.model())
            return {};
        QFont font = header.font();
        font.setWeight(QFont::DemiBold); // as ControlStyle draws them
        const QFontMetrics metrics(font);
        QStringList wrong;
        for (int i = 0; i < header.count(); ++i) {
            const QString title = header.model()->headerData(i, Qt::Horizontal).toString();
            if (header.isSectionHidden(i) || title.isEmpty())
                continue;
            const int wanted = metrics.size(0, title).width();
            if (const QString one = need(header, wanted, header.sectionSize(i), title); !one.isEmpty())
                wrong << one;
        }
        return wrong.join(QLatin1Char('\n'));
    }
    static QString ofLineEdit(const QLineEdit& edit)
    {
        if (!edit.text().isEmpty() || edit.placeholderText().isEmpty() || !edit.toolTip().isEmpty())
            return {};
        return need(edit, edit.fontMetrics().horizontalAdvance(edit.placeholderText()), edit.width() - 12,
            edit.placeholderText());
    }
};

} // namespace

class TestRoom : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        fixture::makeRun(m_folder.filePath("runs/one"));
        fixture::makeRun(m_folder.filePath("runs/two"), 1);
        applyTheme(*qApp, ThemeChoice::Light);
    }

    /// The judge is not blind.
    void itSees()
    {
        QWidget parent;
        parent.resize(200, 100);
        QLabel label(QStringLiteral("a sentence that is longer than its label"), &parent);
        QPushButton button(QStringLiteral("a button's text"), &parent);
        label.setGeometry(0, 0, 60, 20);
        button.setGeometry(180, 0, 40, 20);
        QVERIFY(Judge::text(&label).contains("needs") && Judge::text(&button).contains("needs"));
        QVERIFY(Judge::place(&label).isEmpty() && Judge::place(&button).contains("hangs out"));
        label.setGeometry(QRect(QPoint(), label.sizeHint()));
        QVERIFY2(Judge::text(&label).isEmpty(), qPrintable(Judge::text(&label)));
        QVBoxLayout layout(&parent);
        layout.addWidget(&label);
        layout.addWidget(&button);
        parent.show();
        QVERIFY2(Judge::neighbours(&parent).isEmpty(), qPrintable(Judge::neighbours(&parent)));
        button.setGeometry(label.geometry());
        QVERIFY(Judge::neighbours(&parent).contains("lies over"));
    }

    void everythingHasRoom_data()
    {
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << QString();
        QTest::newRow("Chinese") << "zh_CN";
    }
    void everythingHasRoom()
    {
        QFETCH(QString, language);
        Dictionary dictionary(language);
        if (!language.isEmpty())
            QVERIFY(QCoreApplication::installTranslator(&dictionary));
        MainWindow window;
        window.openRuns({ m_folder.filePath("runs/one"), m_folder.filePath("runs/two") });
        window.resize(1280, 800);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        QCOMPARE(window.size(), QSize(1280, 800));
        QStringList wrong;
        m_seen = 0;
        look(window, QStringLiteral("Window"), wrong);
        for (const Page& page : window.pages()->pages()) {
            window.showPage(page.name);
            walk::tabs(*page.widget, page.name, [&](QWidget& part, const QString& where) { look(part, where, wrong); });
        }
        wrong.removeDuplicates();
        QVERIFY2(m_seen > 1000, qPrintable(QString::number(m_seen)));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    /// At 1024x700, beside the runs: what five pages are for is still seen.
    void aSmallWindowKeepsWhatMatters()
    {
        MainWindow window;
        window.openRuns({ m_folder.filePath("runs/one"), m_folder.filePath("runs/two") });
        window.resize(1024, 700);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        window.showPage("Charts");
        for (const char* field : { "smoothing", "xAxis" }) { // their names do not go before they do
            const QWidget* one = part(window, field);
            QVERIFY(one);
            const auto labels = one->parentWidget()->findChildren<QLabel*>(QString(), Qt::FindDirectChildrenOnly);
            QTRY_VERIFY2(std::any_of(labels.begin(), labels.end(),
                             [&](const QLabel* label) { return label->buddy() == one && label->isVisible(); }),
                field);
        }
        window.showPage("Signals");
        const QWidget* threshold = part(window, "signalThresholdLabel");
        QVERIFY(threshold);
        QTRY_COMPARE(Judge::neighbours(threshold->parentWidget()), QString());
        window.showPage("Compare");
        const QWidget* list = part(window, "probes");
        QVERIFY(list);
        QTRY_VERIFY2(list->width() > 400, qPrintable(QString::number(list->width())));
        window.showPage("Lab");
        const QWidget* step = part(window, "whatIfStep");
        QVERIFY(step);
        QTRY_COMPARE(namesAbove(*step), QString());
        window.showPage("Traces");
        const auto* table = qobject_cast<const QTableView*>(part(window, "completions"));
        QVERIFY(table);
        const auto end = [&] {
            return table->columnViewportPosition(TraceListModel::Verdict) + table->columnWidth(TraceListModel::Verdict);
        };
        QTRY_VERIFY2(end() <= table->viewport()->width(), qPrintable(QString::number(end())));
    }

private:
    /// The widget of this name, with its tabs in front.
    static QWidget* part(MainWindow& window, const char* name)
    {
        auto* found = window.pages()->currentWidget()->findChild<QWidget*>(QString::fromLatin1(name));
        for (QWidget* at = found; at; at = at->parentWidget())
            for (QWidget* above = at->parentWidget(); above; above = above->parentWidget())
                if (auto* tabs = qobject_cast<QTabWidget*>(above); tabs && tabs->indexOf(at) >= 0)
                    tabs->setCurrentWidget(at);
        return found;
    }
    /// What is wrong with the names of the fields beside `field`.
    static QString namesAbove(const QWidget& field)
    {
        QStringList wrong;
        for (const QLabel* label : field.parentWidget()->findChildren<QLabel*>(QString(), Qt::FindDirectChildrenOnly))
            if (label->buddy() && label->isVisible())
                wrong << Judge::text(label);
        wrong.removeAll(QString());
        return wrong.join(QLatin1Char('\n'));
    }

    /// A text that comes is set before its layout follows: what is wrong is what stays wrong.
    void look(QWidget& root, const QString& where, QStringList& wrong)
    {
        QStringList found;
        QTest::qWaitFor([&] { return (found = wrongIn(root)).isEmpty(); }, 2000);
        m_seen += m_lastSeen; // once, however often it was looked at
        for (const QString& one : std::as_const(found))
            wrong << where + QStringLiteral(": ") + one;
    }
    QStringList wrongIn(QWidget& root)
    {
        QStringList wrong;
        int seen = 0;
        for (const QWidget* widget : root.findChildren<QWidget*>()) {
            if (!widget->isVisible())
                continue;
            ++seen;
            for (const QString& found : { Judge::text(widget), Judge::place(widget), Judge::neighbours(widget) })
                if (!found.isEmpty())
                    wrong << found;
        }
        m_lastSeen = seen;
        return wrong;
    }

    QTemporaryDir m_folder;
    int m_seen = 0, m_lastSeen = 0;
};

QTEST_MAIN(TestRoom)
#include "tst_room.moc"
