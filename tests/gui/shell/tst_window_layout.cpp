// Nothing is cut, nothing lies over anything, and what is shortened says the whole on hover: every page, tab, side and
// form in a window of 1280 x 800, in English and in Chinese, at one and at two dots per pixel. Each of the four is this
// program once more (--look LANGUAGE): language and scale are chosen before there is an application.

#include "tests/gui/shell/window_states.h"
#include "tests/gui/traces/trace_fixture.h"
#include "widgets/language/translation.h"
#include "widgets/panels/runspanel.h"
#include "widgets/plots/elidedlabel.h"
#include "widgets/shell/theme.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QProcess>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStyleOptionComboBox>
#include <QTextDocument>
#include <QToolButton>
#include <QtTest>

#include <cstdio>

using namespace aha;

namespace {

constexpr QSize kWindow { 1280, 800 };
constexpr int kSlack = 1; ///< a letter's overhang

QString named(const QWidget* widget)
{
    QString path;
    for (int i = 0; widget && i < 3; ++i, widget = widget->parentWidget())
        path += (i ? " in " : "") + QString::fromLatin1(widget->metaObject()->className())
            + (widget->objectName().isEmpty() ? QString() : " “" + widget->objectName() + "”");
    return path;
}

/// Whole on hover: its own tooltip, or that of what holds it.
bool says(const QWidget* widget, const QString& text)
{
    const QString plain = QString(text).remove('&').simplified();
    for (const QWidget* at = widget; at && !at->isWindow(); at = at->parentWidget())
        if (!at->toolTip().isEmpty()) {
            QTextDocument whole;
            whole.setHtml(at->toolTip());
            if (whole.toPlainText().simplified().contains(plain.left(40))
                || at->toolTip().simplified().contains(plain.left(40)))
                return true;
        }
    return false;
}

/// What of the widget's own text has no room.
QString cut(const QWidget* widget)
{
    const QFontMetrics metrics = widget->fontMetrics();
    const auto wide = [&](const QString& text) {
        int most = 0;
        for (const QString& line : QString(text).remove('&').split('\n'))
            most = std::max(most, metrics.horizontalAdvance(line));
        return most;
    };
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        if (label->text().isEmpty() || label->textFormat() == Qt::RichText)
            return {};
        const QRect room
            = label->contentsRect().adjusted(label->margin(), label->margin(), -label->margin(), -label->margin());
        if (dynamic_cast<const ElidedLabel*>(label))
            return wide(label->text()) > room.width() + kSlack && !says(label, label->text()) ? label->text()
                                                                                              : QString();
        if (label->wordWrap()) {
            const int high = metrics
                                 .boundingRect(QRect(0, 0, room.width(), 1 << 20),
                                     int(label->alignment()) | Qt::TextWordWrap, label->text())
                                 .height();
            return high > room.height() + 2 && !says(label, label->text()) ? label->text() : QString();
        }
        return wide(label->text()) > room.width() + kSlack && !says(label, label->text()) ? label->text() : QString();
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
        if (button->text().isEmpty())
            return {};
        int room = button->width();
        if (qobject_cast<const QCheckBox*>(button) || qobject_cast<const QRadioButton*>(button))
            room -= button->style()->pixelMetric(QStyle::PM_IndicatorWidth) + 4;
        return wide(button->text()) > room && !says(button, button->text()) ? button->text() : QString();
    }
    if (const auto* box = qobject_cast<const QComboBox*>(widget)) {
        QStyleOptionComboBox option;
        option.initFrom(box);
        option.editable = box->isEditable();
        const QRect room
            = box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box);
        const bool item
            = box->currentIndex() >= 0 && !box->itemData(box->currentIndex(), Qt::ToolTipRole).toString().isEmpty();
        return wide(box->currentText()) > room.width() + kSlack && !says(box, box->currentText()) && !item
            ? box->currentText()
            : QString();
    }
    if (const auto* edit = qobject_cast<const QLineEdit*>(widget)) {
        if (!edit->text().isEmpty() || edit->placeholderText().isEmpty()
            || qobject_cast<const QAbstractSpinBox*>(edit->parentWidget()))
            return {};
        return wide(edit->placeholderText()) > edit->width() - 6 && !says(edit, edit->placeholderText())
            ? edit->placeholderText()
            : QString();
    }
    if (const auto* spin = qobject_cast<const QAbstractSpinBox*>(widget)) {
        const auto* inner = spin->findChild<QLineEdit*>();
        return inner && wide(inner->text()) > inner->width() - 2 ? inner->text() : QString();
    }
    if (const auto* group = qobject_cast<const QGroupBox*>(widget))
        return wide(group->title()) > group->width() ? group->title() : QString();
    if (const auto* header = qobject_cast<const QHeaderView*>(widget)) {
        if (header->orientation() != Qt::Horizontal || !header->model())
            return {};
        for (int i = 0; i < header->count(); ++i) {
            const QString text = header->model()->headerData(i, Qt::Horizontal).toString();
            const int x = header->sectionViewportPosition(i);
            if (header->isSectionHidden(i) || x < 0 || x + header->sectionSize(i) > header->viewport()->width() + 2)
                continue;
            if (wide(text) > header->sectionSize(i)
                && header->model()->headerData(i, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty())
                return text;
        }
        return {};
    }
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) {
        for (int i = 0; i < tabs->count(); ++i)
            if (wide(tabs->tabText(i)) > tabs->tabRect(i).width()
                || (tabs->tabRect(i).right() > tabs->width() + 1 && tabs->isTabVisible(i)))
                return tabs->tabText(i);
        return {};
    }
    return {};
}

/// A place that others may lie over: they belong there.
bool liesOver(const QWidget* widget)
{
    const QByteArray kind = widget->metaObject()->className();
    return qobject_cast<const QSplitterHandle*>(widget) || widget->objectName().startsWith("qt_") || widget->isWindow()
        || widget->testAttribute(Qt::WA_TransparentForMouseEvents) || kind.contains("Tour") || kind.contains("Palette")
        || kind.contains("RubberBand") || kind.contains("QFocusFrame");
}

QStringList troubles(const QWidget* root, const QString& where)
{
    QStringList found;
    QList<QWidget*> all = root->findChildren<QWidget*>();
    for (QWidget* widget : all) {
        if (!widget->isVisible())
            continue;
        if (const QString text = cut(widget); !text.isEmpty())
            found << where + ": cut: “" + text.left(60).replace('\n', ' ') + "” of " + named(widget);
        const QWidget* parent = widget->parentWidget();
        const QByteArray kind = parent->metaObject()->className();
        const auto* area = qobject_cast<const QAbstractScrollArea*>(parent->parentWidget());
        const bool scrolled = area && area->viewport() == parent;
        if (!scrolled && !liesOver(widget) && !parent->rect().adjusted(-1, -1, 1, 1).contains(widget->geometry())
            && widget->width() > 0 && !qobject_cast<const QSplitter*>(parent) && kind != "QTabBar"
            && kind != "QHeaderView")
            found << where + ": reaches out: " + named(widget);
        if (scrolled || liesOver(widget) || kind == "QTabWidget" || kind == "QTabBar" || kind == "QComboBox"
            || qobject_cast<const QAbstractScrollArea*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent)
            || kind == "QLineEdit" || kind == "QCustomPlot" || qobject_cast<const QStackedWidget*>(parent))
            continue;
        for (QWidget* other : parent->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            if (other > widget && other->isVisible() && !liesOver(other)) {
                const QRect both = other->geometry().intersected(widget->geometry());
                if (both.width() > 2 && both.height() > 2)
                    found << where + ": lies over: " + named(widget) + " and " + named(other);
            }
    }
    // A page that is wider than its place scrolls sideways: what is there is not seen.
    for (const QAbstractScrollArea* area : root->findChildren<QAbstractScrollArea*>())
        if (area->isVisible() && area->inherits("QScrollArea") && area->horizontalScrollBar()->maximum() > 0)
            found << where + ": scrolls sideways: " + named(area);
    return found;
}

int look(const QString& language, const QString& folder)
{
    if (language == QLatin1String("zh_CN"))
        QCoreApplication::installTranslator(new Dictionary(language, qApp));
    applyTheme(*qApp, ThemeChoice::Light);
    MainWindow window;
    window.openRuns({ folder + "/runs/one", folder + "/runs/a-second-run-with-a-long-name" });
    window.resize(kWindow);
    window.show();
    if (!QTest::qWaitForWindowActive(&window) || window.size() != kWindow)
        return 2;
    QStringList found;
    const QString pictures = qEnvironmentVariable("AHASCOPE_SCREENSHOTS");
    int states = 0;
    for (const support::WindowState& state : support::windowStates(window)) {
        state.enter();
        QWidget* page = support::pageWidget(window, state.page);
        support::settle(page);
        const QStringList here = troubles(page, state.name);
        if (!pictures.isEmpty())
            window.grab().save(QStringLiteral("%1/%2-%3x%4.png")
                                   .arg(pictures, language)
                                   .arg(qRound(window.devicePixelRatioF()))
                                   .arg(QString(state.name).replace('/', '-').replace(' ', '-')));
        found += here;
        ++states;
    }
    found += troubles(window.runs(), QStringLiteral("Runs"));
    found += troubles(window.menuBar(), QStringLiteral("Menu bar"));
    found.removeDuplicates();
    for (const QString& line : found)
        std::fprintf(stdout, "%s\n", qPrintable(line));
    std::fprintf(stdout, "looked at %d states, device ratio %g\n", states, window.devicePixelRatioF());
    return 0;
}

} // namespace

class TestLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        fixture::makeRun(m_folder.filePath("runs/one"));
        fixture::makeRun(m_folder.filePath("runs/a-second-run-with-a-long-name"), 1);
    }

    /// What is looked for is found where it is.
    void itSees()
    {
        QWidget page;
        page.resize(300, 200);
        auto* label = new QLabel("a text that is much too long for its place", &page);
        label->setGeometry(0, 0, 60, 20);
        auto* over = new QPushButton("go", &page);
        over->setGeometry(30, 5, 60, 30);
        auto* out = new QLineEdit(&page);
        out->setGeometry(280, 100, 60, 20);
        auto* wrapped = new QLabel("one two three four five six seven", &page);
        wrapped->setWordWrap(true);
        wrapped->setGeometry(0, 60, 80, 20);
        page.show();
        const QString all = troubles(&page, "here").join('\n');
        QVERIFY2(all.contains("cut: “a text") && all.contains("lies over") && all.contains("reaches out: QLineEdit")
                && all.contains("cut: “one two"),
            qPrintable(all));
        label->setToolTip(label->text());
        label->setGeometry(0, 0, 20, 20);
        out->setGeometry(200, 100, 60, 20);
        wrapped->setGeometry(0, 60, 80, 120);
        QVERIFY2(troubles(&page, "here").isEmpty(), qPrintable(troubles(&page, "here").join('\n')));
    }

    void everythingHasItsPlace_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("scale");
        for (const char* language : { "en", "zh_CN" })
            for (const char* scale : { "1", "2" })
                QTest::newRow(qPrintable(QStringLiteral("%1 at %2").arg(language, scale)))
                    << QString(language) << QString(scale);
    }
    void everythingHasItsPlace()
    {
        QFETCH(QString, language);
        QFETCH(QString, scale);
        QProcess looked;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("QT_SCALE_FACTOR", scale);
        environment.insert("AHASCOPE_RUNS", m_folder.filePath("runs"));
        looked.setProcessEnvironment(environment);
        looked.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        looked.start(QCoreApplication::applicationFilePath(), { "--look", language, m_folder.path() });
        QVERIFY(looked.waitForFinished(240'000));
        QCOMPARE(looked.exitCode(), 0);
        const QString said = QString::fromUtf8(looked.readAllStandardOutput()).trimmed();
        const QStringList lines = said.split('\n');
        QVERIFY2(
            lines.last().startsWith("looked at") && lines.last().endsWith("device ratio " + scale), qPrintable(said));
        for (const QString& line : lines.mid(0, lines.size() - 1))
            qInfo("%s", qPrintable(line)); // a failure's message has not room for them all
        QVERIFY2(lines.size() == 1, qPrintable(lines.first()));
    }

private:
    QTemporaryDir m_folder;
};

int main(int argc, char** argv)
{
    QStandardPaths::setTestModeEnabled(true);
    qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
    qputenv("AHASCOPE_ENGINE", "/bin/false");
    QApplication application(argc, argv);
    if (argc == 4 && qstrcmp(argv[1], "--look") == 0)
        return look(QString::fromUtf8(argv[2]), QString::fromUtf8(argv[3]));
    TestLayout test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_layout.moc"
